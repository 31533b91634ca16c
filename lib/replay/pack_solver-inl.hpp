// Solves at one theta in each lane: SingleSolver's operations in its order, lane by lane, with the transposed
// solves gathered by column instead of scattered by row. Not a header of its own, see replay/pack-inl.hpp.

template <std::size_t Vectors>
class PackSolver final : public Solver<double> {
 public:
  using P = Pack<Vectors>;

  explicit PackSolver(const Trace& trace)
      : trace_(trace),
        factors_(trace, PackFactors<Vectors>::any_bytes),
        columns_(trace),
        groups_(group_by_class(trace)) {}

  [[nodiscard]] std::size_t lanes() const override { return P::lanes(); }
  [[nodiscard]] const double& zero() const override { return zero_; }

  [[nodiscard]] bool factor(std::span<const double> weights, const std::vector<bool>& cuts) override {
    factors_.set_weights(weights, cuts);
    for (std::size_t c = 0; c < trace_.component_count(); ++c) factors_.factor(c);
    met_closed_states_ = factors_.met_closed_states();
    return std::find(met_closed_states_.begin(), met_closed_states_.end(), true) != met_closed_states_.end();
  }
  [[nodiscard]] bool met_closed_state(std::size_t lane) const override { return met_closed_states_[lane]; }

  void solve(Vector& x) override {
    for (std::size_t c = 0; c < trace_.component_count(); ++c) solve(c, x.data(), {}, x.data());
  }
  void solve_transposed(Vector& x) override {
    for (std::size_t c = trace_.component_count(); c-- > 0;) solve_transposed(c, x.data(), {}, x.data());
  }
  [[nodiscard]] std::vector<Vector> solve_all(const Vector& first,
                                              std::span<const Recurrence> recurrences) override {
    std::vector<Vector> results(recurrences.size());
    for (Vector& result : results) result.resize(first.size());
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      for (std::size_t k = 0; k < recurrences.size(); ++k) {
        const auto& [rewards, from] = recurrences[k];
        solve(c, (from == 0 ? first : results[from - 1]).data(), rewards, results[k].data());
      }
    }
    return results;
  }
  [[nodiscard]] std::vector<Vector> solve_all_transposed(const Vector& first,
                                                         std::span<const Recurrence> recurrences) override {
    std::vector<Vector> results(recurrences.size());
    for (Vector& result : results) result.resize(first.size());
    for (std::size_t c = trace_.component_count(); c-- > 0;) {
      for (std::size_t k = 0; k < recurrences.size(); ++k) {
        const auto& [rewards, from] = recurrences[k];
        solve_transposed(c, (from == 0 ? first : results[from - 1]).data(), rewards, results[k].data());
      }
    }
    return results;
  }

  [[nodiscard]] Vector step(const Vector& x) override {
    Vector result = zeros();
    for (std::uint32_t i = 0; i < size(); ++i) {
      P sum = P::broadcast(0);
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] < size()) sum.add_product(weight(e), at(x, rows().targets[e]));
      }
      sum.add_product(probability_of_staying(i), at(x, i));
      sum.store(at(result, i));
    }
    return result;
  }
  [[nodiscard]] Vector step_transposed(const Vector& x) override {
    Vector result = zeros();
    for (std::uint32_t i = 0; i < size(); ++i) {
      const P here = P::load(at(x, i));
      add_product_at(at(result, i), here, probability_of_staying(i));
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] < size())
          add_product_at(at(result, rows().targets[e]), here, P::load(weight(e)));
      }
    }
    return result;
  }

  [[nodiscard]] Vector start() override {
    Vector result = zeros();
    for (std::uint32_t e = rows().offsets[size()]; e < rows().offsets[size() + 1]; ++e) {
      if (rows().targets[e] < size()) P::load(weight(e)).store(at(result, rows().targets[e]));
    }
    return result;
  }
  [[nodiscard]] std::vector<double> from_start(const Vector& x) override {
    P sum = P::broadcast(0);
    for (std::uint32_t e = rows().offsets[size()]; e < rows().offsets[size() + 1]; ++e) {
      if (rows().targets[e] < size()) sum.add_product(weight(e), at(x, rows().targets[e]));
    }
    return numbers(sum);
  }
  [[nodiscard]] std::vector<double> start_into_absorbing() override {
    std::vector<double> result(trace_.absorbing_count() * P::lanes(), 0.0);
    for (std::uint32_t e = rows().offsets[size()]; e < rows().offsets[size() + 1]; ++e) {
      if (rows().targets[e] >= size())
        P::load(weight(e)).store_unaligned(result.data() + (rows().targets[e] - size()) * P::lanes());
    }
    return result;
  }
  [[nodiscard]] std::vector<double> into_absorbing(const Vector& x) override {
    AlignedDoubles sums(trace_.absorbing_count() * P::lanes(), 0.0);
    for (std::uint32_t i = 0; i < size(); ++i) {
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] >= size())
          add_product_at(at(sums, rows().targets[e] - size()), P::load(weight(e)), P::load(at(x, i)));
      }
    }
    return {sums.begin(), sums.end()};
  }
  [[nodiscard]] Vector leaving() override { return sum_of_rows(0); }
  [[nodiscard]] Vector exits() override { return sum_of_rows(size()); }
  [[nodiscard]] std::vector<double> product(const Vector& x, const Vector& y) override {
    P sum = P::broadcast(0);
    for (std::uint32_t i = 0; i < size(); ++i) sum.add_product(at(x, i), at(y, i));
    return numbers(sum);
  }
  void add_scaled(Vector& sum, std::span<const double> r, unsigned power, const Vector& x) override {
    for (std::uint32_t i = 0; i < size(); ++i) {
      double factor = 1;
      for (unsigned j = 1; j <= power; ++j) {
        if (!r.empty()) multiply(factor, r[i]);
        if (j > 1) divide(factor, static_cast<double>(j));
      }
      add_product_at(at(sum, i), P::broadcast(factor), P::load(at(x, i)));
    }
  }

  [[nodiscard]] std::vector<ClassSums<double>> class_sums(
      std::span<const Sensitivity<double>> sensitivities) override {
    std::vector<const double*> y;
    std::vector<const double*> x;
    const auto place = [](std::vector<const double*>& all, const Vector& one) {
      const auto found = std::find(all.begin(), all.end(), one.data()) - all.begin();
      if (found == static_cast<std::ptrdiff_t>(all.size())) all.push_back(one.data());
      return static_cast<std::size_t>(found);
    };
    std::vector<std::vector<typename PackClassSums<Vectors>::Pair>> pairs;
    for (const Sensitivity<double>& sensitivity : sensitivities) {
      auto& own = pairs.emplace_back();
      for (const auto& [of_y, of_x] : sensitivity) own.push_back({place(y, *of_y), place(x, *of_x)});
    }
    PackClassSums<Vectors> sums(groups_, trace_.class_count());
    sums.begin(std::move(y), std::move(x), pairs);
    for (std::size_t c = trace_.component_count(); c-- > 0;) {
      const std::uint32_t first = trace_.component_offsets()[c];
      const std::uint32_t last = trace_.component_offsets()[c + 1];
      for (std::uint32_t j = first; j < last; ++j) sums.add_entering(j);
      for (std::uint32_t j = last; j-- > first;) sums.add(j);
    }
    return sums.result();
  }

 private:
  [[nodiscard]] const Adjacency& rows() const { return trace_.rows(); }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(trace_.transient_count()); }
  [[nodiscard]] const double* weight(std::uint32_t edge) const {
    return factors_.weight(trace_.edge_classes()[edge]);
  }
  static const double* at(const AlignedDoubles& x, std::size_t i) { return x.data() + i * P::lanes(); }
  static double* at(AlignedDoubles& x, std::size_t i) { return x.data() + i * P::lanes(); }
  [[nodiscard]] Vector zeros() const { return Vector(trace_.transient_count() * P::lanes(), 0.0); }
  static std::vector<double> numbers(const P& pack) {
    std::vector<double> result(P::lanes());
    pack.store_unaligned(result.data());
    return result;
  }
  static void add_product_at(double* sum, const P& a, const P& b) {
    P total = P::load(sum);
    total.add_product(a, b);
    total.store(sum);
  }

  /// The right-hand side is `from`, times the rewards. In place where `from` is x.
  void solve(std::size_t component, const double* from, std::span<const double> rewards, double* x) {
    factors_.solve(component, Earned<Vectors>{from, rewards}, x);
  }
  void solve_transposed(std::size_t component, const double* from, std::span<const double> rewards,
                        double* x) {
    const auto entering_too = [&](std::uint32_t position) HWY_ATTR {
      P sum = factors_.entering(groups_.entering, position, x);
      sum.add(Earned<Vectors>{from, rewards}(position));
      return sum;
    };
    factors_.solve_transposed(columns_, component, entering_too, x);
    if (factors_.cuts().empty()) return;
    for (std::uint32_t i = trace_.component_offsets()[component];
         i < trace_.component_offsets()[component + 1]; ++i) {
      if (factors_.is_cut(i)) P::broadcast(0).store(x + i * P::lanes());
    }
  }

  /// Of the weights of edges to columns from `first` on.
  [[nodiscard]] Vector sum_of_rows(std::uint32_t first) const {
    Vector result = zeros();
    for (std::uint32_t i = 0; i < size(); ++i) {
      P sum = P::broadcast(0);
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] >= first) sum.add(weight(e));
      }
      sum.store(at(result, i));
    }
    return result;
  }
  /// In discrete time: the row's missing mass.
  [[nodiscard]] P probability_of_staying(std::uint32_t i) const {
    P sum = P::broadcast(0);
    for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) sum.add(weight(e));
    sum.complement();
    return sum;
  }

  const Trace& trace_;
  PackFactors<Vectors> factors_;
  Columns columns_;
  ClassGroups groups_;
  double zero_ = 0;
  std::vector<bool> met_closed_states_;
};
