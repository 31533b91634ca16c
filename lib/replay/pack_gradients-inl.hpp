// The moments of one reward and what a change of each class weight does to them, at one theta in each lane: a
// sweep over the components that factorises and solves, and one back that solves transposed and sums. Not a
// header of its own, see replay/pack-inl.hpp.

template <std::size_t Vectors>
class PackGradientSweeps final : public PackGradients {
 public:
  /// `cache` is in bytes.
  PackGradientSweeps(const Trace& trace, std::size_t cache)
      : trace_(trace),
        factors_(trace, most_kept * cache),
        columns_(trace),
        groups_(group_by_class(trace)),
        sums_(groups_, trace.class_count()),
        start_classes_(trace.transient_count(), static_cast<std::uint32_t>(trace.class_count())) {
    const std::size_t n = trace.transient_count();
    for (std::uint32_t e = trace.rows().offsets[n]; e < trace.rows().offsets[n + 1]; ++e) {
      if (trace.rows().targets[e] < n) start_classes_[trace.rows().targets[e]] = trace.edge_classes()[e];
    }
  }

  /// Whether the vectors of two moments outgrow the caches, where there is little to factorise. Measured with
  /// 1 MB of second-level cache and vectors of 5.7: half the lanes take as long on a quiet machine, and up to
  /// a third less where others are busy with the cache that processors share; fewer than 16 take longer. With
  /// 2 MB half the lanes take a quarter more.
  static bool is_wider_than_worth(const Trace& trace, std::size_t cache) {
    const std::size_t numbers = 4 * trace.transient_count();
    return P::lanes() > 16 && numbers * P::lanes() * sizeof(double) > 4 * cache &&
           numbers > PackFactors<Vectors>::slot_count(trace);
  }

  [[nodiscard]] std::size_t lanes() const override { return P::lanes(); }

  MomentGradients moments(std::span<const double> weights, std::span<const double> rewards,
                          unsigned order) override {
    set_order(order);
    factors_.set_weights(weights, no_cuts_);
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      factors_.factor(c);
      for (unsigned k = 0; k < order; ++k) solve(c, rewards, k);
    }
    sums_.begin(pointers(adjoint_), pointers(forward_), pairs_);
    for (std::size_t c = trace_.component_count(); c-- > 0;) {
      if (!factors_.has(c)) factors_.factor(c);
      add_entering(c);
      for (unsigned k = 0; k < order; ++k) solve_transposed(c, rewards, k);
      add_inner(c);
    }
    return {answers(), sums_.result(), factors_.met_closed_states()};
  }

 private:
  using P = Pack<Vectors>;
  using Pair = typename PackClassSums<Vectors>::Pair;

  // To make factors again costs less than to fetch those that left the second-level cache between the sweeps,
  // above all where others are busy with the cache that processors share. Measured with 1 and 2 MB.
  static constexpr std::size_t most_kept = 2;

  /// Moment k + 1 is y_0 x_k + y_1 x_(k-1) + ... , see moments/solutions.hpp.
  void set_order(unsigned order) {
    if (forward_.size() == order) return;
    forward_.resize(order);
    adjoint_.resize(order);
    for (auto* const vectors : {&forward_, &adjoint_}) {
      for (AlignedDoubles& vector : *vectors) vector.resize(trace_.transient_count() * P::lanes());
    }
    pairs_.assign(order, {});
    for (unsigned k = 0; k < order; ++k) {
      for (unsigned l = 0; l <= k; ++l) pairs_[k].push_back({l, k - l});
    }
  }
  static std::vector<const double*> pointers(const std::vector<AlignedDoubles>& vectors) {
    std::vector<const double*> result;
    for (const AlignedDoubles& vector : vectors) result.push_back(vector.data());
    return result;
  }

  void solve(std::size_t component, std::span<const double> rewards, unsigned k) {
    const double* const last = k == 0 ? nullptr : forward_[k - 1].data();
    factors_.solve(component, Earned<Vectors>{last, rewards}, forward_[k].data());
  }
  /// The start's probability of a position.
  struct Start {
    const PackFactors<Vectors>& factors;
    const std::uint32_t* classes;
    HWY_INLINE P operator()(std::uint32_t position) const {
      return P::load(factors.weight(classes[position]));
    }
  };
  /// What enters the component: to the adjoint vectors, where their solves find it, and to the sums.
  void add_entering(std::size_t component) {
    const std::uint32_t last = trace_.component_offsets()[component + 1];
    for (std::uint32_t j = trace_.component_offsets()[component]; j < last; ++j) {
      if (forward_.size() == 2) {
        sums_.enter_two_moments(factors_, j, adjoint_[0].data(), adjoint_[1].data());
        continue;
      }
      for (AlignedDoubles& y : adjoint_)
        factors_.entering(groups_.entering, j, y.data()).store(y.data() + j * P::lanes());
      sums_.add_entering(j);
    }
  }
  void solve_transposed(std::size_t component, std::span<const double> rewards, unsigned k) {
    if (k == 0)
      solve_transposed(component, Start{factors_, start_classes_.data()}, adjoint_[0].data());
    else
      solve_transposed(component, Earned<Vectors>{adjoint_[k - 1].data(), rewards}, adjoint_[k].data());
  }
  template <class RightHandSide>
  HWY_INLINE void solve_transposed(std::size_t component, RightHandSide right_hand_side, double* y) {
    const auto entering_too = [&](std::uint32_t position) HWY_ATTR {
      P sum = right_hand_side(position);
      sum.add(y + position * P::lanes());
      return sum;
    };
    factors_.solve_transposed(columns_, component, entering_too, y);
  }
  void add_inner(std::size_t component) {
    const std::uint32_t first = trace_.component_offsets()[component];
    for (std::uint32_t j = trace_.component_offsets()[component + 1]; j-- > first;) {
      if (forward_.size() == 2)
        sums_.add_two_moments(j);
      else
        sums_.add(j);
    }
  }

  std::vector<double> answers() const {
    std::vector<double> result(forward_.size() * P::lanes());
    const std::size_t n = trace_.transient_count();
    const Adjacency& rows = trace_.rows();
    for (std::size_t k = 0; k < forward_.size(); ++k) {
      P sum = P::broadcast(0);
      for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
        if (rows.targets[e] < n)
          sum.add_product(factors_.weight(trace_.edge_classes()[e]),
                          forward_[k].data() + rows.targets[e] * P::lanes());
      }
      sum.store_unaligned(result.data() + k * P::lanes());
    }
    return result;
  }

  const Trace& trace_;
  PackFactors<Vectors> factors_;
  Columns columns_;
  ClassGroups groups_;
  PackClassSums<Vectors> sums_;
  std::vector<std::uint32_t> start_classes_;  // by position; that of fill-in where the chain never starts
  const std::vector<bool> no_cuts_;
  std::vector<AlignedDoubles> forward_;  // by order less 1
  std::vector<AlignedDoubles> adjoint_;
  std::vector<std::vector<Pair>> pairs_;
};
