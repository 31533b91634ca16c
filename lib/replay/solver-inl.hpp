// Solves at one theta, in any scalar. Not a header of its own, see replay/factors-inl.hpp.

template <class Scalar>
class SingleSolver final : public Solver<Scalar> {
 public:
  using Vector = StateVector<Scalar>;

  SingleSolver(const Trace& trace, const Scalar& zero)
      : trace_(trace), factors_(trace, zero, Extent::all_components), zero_(zero), scratch_(zero) {}

  [[nodiscard]] std::size_t lanes() const override { return 1; }
  [[nodiscard]] const Scalar& zero() const override { return zero_; }

  [[nodiscard]] bool factor(std::span<const Scalar> weights, const std::vector<bool>& cuts) override {
    weights_ = weights;
    cuts_ = &cuts;
    factors_.forget_closed_states();
    for (std::size_t c = 0; c < trace_.component_count(); ++c) factors_.factor(in(), factors_.component(c));
    return factors_.met_closed_state();
  }

  [[nodiscard]] bool met_closed_state(std::size_t) const override { return factors_.met_closed_state(); }

  void solve(Vector& x) override {
    zero_cuts(x);
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      const auto component = factors_.component(c);
      for (std::uint32_t i = 0; i < component.size; ++i)
        factors_.substitute_lower(in(), component, i, x.data());
      factors_.substitute_upper(component, x.data());
    }
  }
  void solve_transposed(Vector& x) override {
    for (std::size_t c = trace_.component_count(); c-- > 0;) {
      const auto component = factors_.component(c);
      factors_.add_entering(in(), groups().entering, component, x.data());
      factors_.substitute_transposed(in(), component, x.data());
    }
  }

  [[nodiscard]] std::vector<Vector> solve_all(const Vector& first,
                                              std::span<const Recurrence> recurrences) override {
    std::vector<Vector> results;
    results.reserve(recurrences.size());
    for (const auto& [rewards, from] : recurrences) {
      results.push_back(earned(from == 0 ? first : results[from - 1], rewards));
      solve(results.back());
    }
    return results;
  }
  [[nodiscard]] std::vector<Vector> solve_all_transposed(const Vector& first,
                                                         std::span<const Recurrence> recurrences) override {
    std::vector<Vector> results;
    results.reserve(recurrences.size());
    for (const auto& [rewards, from] : recurrences) {
      results.push_back(earned(from == 0 ? first : results[from - 1], rewards));
      solve_transposed(results.back());
    }
    return results;
  }

  [[nodiscard]] Vector step(const Vector& x) override {
    Vector result = vector();
    for (std::uint32_t i = 0; i < size(); ++i) {
      const Scalar& staying = probability_of_staying(i);
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] < size()) add_product(result[i], weight(e), x[rows().targets[e]]);
      }
      add_product(result[i], staying, x[i]);
    }
    return result;
  }
  [[nodiscard]] Vector step_transposed(const Vector& x) override {
    Vector result = vector();
    for (std::uint32_t i = 0; i < size(); ++i) {
      add_product(result[i], probability_of_staying(i), x[i]);
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] < size()) add_product(result[rows().targets[e]], weight(e), x[i]);
      }
    }
    return result;
  }

  [[nodiscard]] Vector start() override {
    Vector result = vector();
    for (std::uint32_t e = rows().offsets[size()]; e < rows().offsets[size() + 1]; ++e) {
      if (rows().targets[e] < size()) set(result[rows().targets[e]], weight(e));
    }
    return result;
  }
  [[nodiscard]] std::vector<Scalar> from_start(const Vector& x) override {
    std::vector<Scalar> sum{zero_};
    for (std::uint32_t e = rows().offsets[size()]; e < rows().offsets[size() + 1]; ++e) {
      if (rows().targets[e] < size()) add_product(sum[0], weight(e), x[rows().targets[e]]);
    }
    return sum;
  }
  [[nodiscard]] std::vector<Scalar> start_into_absorbing() override {
    std::vector<Scalar> result(trace_.absorbing_count(), zero_);
    for (std::uint32_t e = rows().offsets[size()]; e < rows().offsets[size() + 1]; ++e) {
      if (rows().targets[e] >= size()) set(result[rows().targets[e] - size()], weight(e));
    }
    return result;
  }
  [[nodiscard]] std::vector<Scalar> into_absorbing(const Vector& x) override {
    std::vector<Scalar> result(trace_.absorbing_count(), zero_);
    for (std::uint32_t i = 0; i < size(); ++i) {
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] >= size()) add_product(result[rows().targets[e] - size()], weight(e), x[i]);
      }
    }
    return result;
  }
  [[nodiscard]] Vector leaving() override { return sum_of_rows(0); }
  [[nodiscard]] Vector exits() override { return sum_of_rows(size()); }
  [[nodiscard]] std::vector<Scalar> product(const Vector& x, const Vector& y) override {
    std::vector<Scalar> sum{zero_};
    for (std::size_t i = 0; i < x.size(); ++i) add_product(sum[0], x[i], y[i]);
    return sum;
  }
  void add_scaled(Vector& sum, std::span<const double> r, unsigned power, const Vector& x) override {
    for (std::size_t i = 0; i < x.size(); ++i) {
      set(scratch_, 1.0);
      for (unsigned j = 1; j <= power; ++j) {
        if (!r.empty()) multiply(scratch_, r[i]);
        if (j > 1) divide(scratch_, static_cast<double>(j));
      }
      add_product(sum[i], scratch_, x[i]);
    }
  }

  [[nodiscard]] std::vector<ClassSums<Scalar>> class_sums(
      std::span<const Sensitivity<Scalar>> sensitivities) override {
    std::vector<ClassSums<Scalar>> sums;
    for (const Sensitivity<Scalar>& sensitivity : sensitivities)
      sums.push_back({gained_by(sensitivity), lost_by(sensitivity)});
    return sums;
  }

 private:
  [[nodiscard]] typename Factors<Scalar>::Inputs in() const { return {weights_, *cuts_}; }
  [[nodiscard]] const Adjacency& rows() const { return trace_.rows(); }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(trace_.transient_count()); }
  [[nodiscard]] const Scalar& weight(std::uint32_t edge) const {
    return weights_[trace_.edge_classes()[edge]];
  }
  [[nodiscard]] Vector vector() const { return Vector(size(), zero_); }
  /// Of the weights of edges to columns from `first` on.
  [[nodiscard]] Vector sum_of_rows(std::uint32_t first) const {
    Vector result = vector();
    for (std::uint32_t i = 0; i < size(); ++i) {
      for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) {
        if (rows().targets[e] >= first) add(result[i], weight(e));
      }
    }
    return result;
  }
  void zero_cuts(Vector& x) const {
    for (std::size_t i = 0; i < cuts_->size(); ++i) {
      if ((*cuts_)[i]) set(x[i], zero_);
    }
  }
  /// In discrete time: the row's missing mass.
  const Scalar& probability_of_staying(std::uint32_t i) {
    set(scratch_, zero_);
    for (std::uint32_t e = rows().offsets[i]; e < rows().offsets[i + 1]; ++e) add(scratch_, weight(e));
    complement(scratch_);
    return scratch_;
  }
  static Vector earned(Vector x, std::span<const double> rewards) {
    for (std::size_t i = 0; i < rewards.size(); ++i) multiply(x[i], rewards[i]);
    return x;
  }
  const ClassGroups& groups() {
    if (!groups_) groups_ = group_by_class(trace_);
    return *groups_;
  }
  /// In the order of a sweep that solves on its way: what enters a component first.
  std::vector<Scalar> gained_by(const Sensitivity<Scalar>& sensitivity) {
    std::vector<Scalar> gained(trace_.class_count(), zero_);
    for (std::size_t c = trace_.component_count(); c-- > 0;) {
      const std::uint32_t first = trace_.component_offsets()[c];
      const std::uint32_t last = trace_.component_offsets()[c + 1];
      for (std::uint32_t j = first; j < last; ++j) add_gained(sensitivity, groups().entering, j, gained);
      for (std::uint32_t j = last; j-- > first;) add_gained(sensitivity, groups().inner, j, gained);
    }
    return gained;
  }
  void add_gained(const Sensitivity<Scalar>& sensitivity, const ClassGroups::ByColumn& edges, std::uint32_t j,
                  std::vector<Scalar>& gained) {
    for (std::uint32_t g = edges.offsets[j]; g < edges.offsets[j + 1]; ++g) {
      for (const auto& [y, x] : sensitivity) {
        set(scratch_, zero_);
        for (std::uint32_t i = edges.begin(g); i < edges.groups[g].end; ++i)
          add(scratch_, (*y)[edges.rows[i]]);
        add_product(gained[edges.groups[g].edge_class], scratch_, (*x)[j]);
      }
    }
  }
  std::vector<Scalar> lost_by(const Sensitivity<Scalar>& sensitivity) {
    std::vector<Scalar> by_kind(groups().kind_count(), zero_);
    for (std::uint32_t i = size(); i-- > 0;) {
      set(scratch_, zero_);
      for (const auto& [y, x] : sensitivity) add_product(scratch_, (*y)[i], (*x)[i]);
      add(by_kind[groups_->kinds[i]], scratch_);
    }
    std::vector<Scalar> lost(trace_.class_count(), zero_);
    for (std::size_t kind = 0; kind < by_kind.size(); ++kind) {
      for (std::uint32_t k = groups_->kind_offsets[kind]; k < groups_->kind_offsets[kind + 1]; ++k) {
        set(scratch_, groups_->counts[k].edges);
        add_product(lost[groups_->counts[k].edge_class], scratch_, by_kind[kind]);
      }
    }
    return lost;
  }

  const Trace& trace_;
  Factors<Scalar> factors_;
  Scalar zero_;
  Scalar scratch_;
  std::optional<ClassGroups> groups_;  // once it is asked for
  std::span<const Scalar> weights_;
  const std::vector<bool>* cuts_ = nullptr;
};
