// The elimination of a trace at one theta, in any scalar. Not a header of its own: replay_mpfr.cpp and
// replay_double.cpp include it into a namespace that has the operations of replay/arithmetic.hpp for their
// scalar, the latter once for every kind of processor.

/// Scratch space and loops of a replay; see Replay for what it promises.
template <class Scalar>
class Elimination final : public Replay<Scalar> {
 public:
  Elimination(const Trace& trace, Scalar zero);
  ReplayedMoments<Scalar> moments(std::span<const Scalar> weights, std::span<const double> rewards,
                                  unsigned order, const std::vector<bool>& cuts) override;

 private:
  struct Inputs {
    std::span<const Scalar> weights;
    std::span<const double> rewards;
    unsigned order;
    const std::vector<bool>& cuts;
  };
  // A double stays in a register and is stored when it is done; an Mpfr is worked on where it lies, so that
  // no loop allocates.
  using Local = std::conditional_t<std::is_same_v<Scalar, double>, double, Scalar&>;
  static void store(Scalar& place, const Local& local) {
    if constexpr (std::is_same_v<Scalar, double>) place = local;
  }

  void factor(const Inputs& in, std::size_t component);
  void factor_row(const Inputs& in, const Pattern& pattern, std::uint32_t first, std::uint32_t i);
  /// Returns the sum of all rates that leave the component.
  Local scatter(const Inputs& in, std::uint32_t position, std::uint32_t first, std::uint32_t last);
  void solve(const Inputs& in, std::size_t component, unsigned moment);
  void set_right_hand_side(const Inputs& in, std::uint32_t position, std::uint32_t first, unsigned moment);
  void add_discrete_right_hand_side(const Inputs& in, std::uint32_t position, unsigned moment);
  void step_once(const Inputs& in, std::uint32_t position, unsigned moment);
  [[nodiscard]] bool is_cut(const Inputs& in, std::uint32_t position) const {
    return !in.cuts.empty() && in.cuts[position];
  }
  [[nodiscard]] Scalar* values(unsigned moment) {
    return values_.data() + (moment - 1) * trace_.transient_count();
  }
  [[nodiscard]] Scalar* steps(unsigned moment) {
    return steps_.data() + (moment - 1) * trace_.transient_count();
  }

  const Trace& trace_;
  Scalar zero_;
  bool met_closed_state_ = false;
  std::vector<Scalar> values_;  // E[R^k]/k! from every position, moment by moment
  std::vector<Scalar> steps_;   // in discrete time: the same one step later
  // One component's factors, by place within it.
  std::vector<Scalar> work_;
  std::vector<Scalar> pivots_;
  std::vector<Scalar> exits_;
  std::vector<Scalar> lower_;
  std::vector<Scalar> upper_;
  Scalar total_;
  Scalar factor_;
};

template <class Scalar>
Elimination<Scalar>::Elimination(const Trace& trace, Scalar zero)
    : trace_(trace), zero_(std::move(zero)), total_(zero_), factor_(zero_) {
  std::size_t lower = 0;
  std::size_t upper = 0;
  for (std::size_t c = 0; c < trace_.component_count(); ++c) {
    if (const Pattern* pattern = trace_.pattern(c); pattern != nullptr) {
      lower = std::max(lower, pattern->lower.targets.size());
      upper = std::max(upper, pattern->upper.targets.size());
    }
  }
  const std::size_t largest = trace_.largest_component();
  work_.assign(largest, zero_);
  pivots_.assign(largest, zero_);
  exits_.assign(largest, zero_);
  lower_.assign(lower, zero_);
  upper_.assign(upper, zero_);
}

/// Lays one row out: rates within the component into `work_`, all others are summed.
template <class Scalar>
typename Elimination<Scalar>::Local Elimination<Scalar>::scatter(const Inputs& in, std::uint32_t position,
                                                                 std::uint32_t first, std::uint32_t last) {
  const Adjacency& rows = trace_.rows();
  Local exit = total_;
  set(exit, zero_);
  if (is_cut(in, position)) {
    set(exit, 1.0);
    return exit;
  }
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const std::uint32_t column = rows.targets[e];
    const Scalar& weight = in.weights[trace_.edge_classes()[e]];
    if (column >= first && column < last)
      set(work_[column - first], weight);
    else
      add(exit, weight);
  }
  return exit;
}

template <class Scalar>
void Elimination<Scalar>::factor_row(const Inputs& in, const Pattern& pattern, std::uint32_t first,
                                     std::uint32_t i) {
  const auto& [lower, upper] = pattern;
  for (const std::uint32_t k : lower[i]) set(work_[k], zero_);
  for (const std::uint32_t j : upper[i]) set(work_[j], zero_);
  set(work_[i], zero_);  // collects what leads back to the row itself, which GTH leaves out
  Local total = scatter(in, first + i, first, first + static_cast<std::uint32_t>(pattern.size()));
  Local multiplier = factor_;
  for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
    const std::uint32_t k = lower.targets[entry];
    set(multiplier, work_[k]);
    divide(multiplier, pivots_[k]);
    set(lower_[entry], multiplier);
    add_product(total, multiplier, exits_[k]);
    for (std::uint32_t u = upper.offsets[k]; u < upper.offsets[k + 1]; ++u) {
      add_product(work_[upper.targets[u]], multiplier, upper_[u]);
    }
  }
  set(exits_[i], total);
  for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
    set(upper_[u], work_[upper.targets[u]]);
    add(total, upper_[u]);
  }
  set(pivots_[i], total);
  if (is_zero(total)) met_closed_state_ = true;
}

template <class Scalar>
void Elimination<Scalar>::factor(const Inputs& in, std::size_t component) {
  const std::uint32_t first = trace_.component_offsets()[component];
  const Pattern* pattern = trace_.pattern(component);
  if (pattern != nullptr) {
    for (std::uint32_t i = 0; i < pattern->size(); ++i) factor_row(in, *pattern, first, i);
    return;
  }
  const Local total = scatter(in, first, first, first);
  set(pivots_[0], total);
  if (is_zero(total)) met_closed_state_ = true;
}

/// Sum over j = 1..moment of r^j / j! times the (moment - j)th value one step later.
template <class Scalar>
void Elimination<Scalar>::add_discrete_right_hand_side(const Inputs& in, std::uint32_t position,
                                                       unsigned moment) {
  Scalar& sum = values(moment)[position];
  set(factor_, 1.0);
  for (unsigned j = 1; j <= moment; ++j) {
    if (!in.rewards.empty()) multiply(factor_, in.rewards[position]);
    divide(factor_, static_cast<double>(j));
    if (j == moment)
      add(sum, factor_);
    else
      add_product(sum, factor_, steps(moment - j)[position]);
  }
}

/// What a solve starts from: the reward earned here and what is already known of earlier components.
template <class Scalar>
void Elimination<Scalar>::set_right_hand_side(const Inputs& in, std::uint32_t position, std::uint32_t first,
                                              unsigned moment) {
  Scalar& result = values(moment)[position];
  set(result, zero_);
  if (is_cut(in, position)) return;
  if (trace_.time() == TimeKind::discrete) {
    add_discrete_right_hand_side(in, position, moment);
  } else {
    if (moment == 1)
      set(result, 1.0);
    else
      set(result, values(moment - 1)[position]);
    if (!in.rewards.empty()) multiply(result, in.rewards[position]);
  }
  const Adjacency& rows = trace_.rows();
  Local sum = result;
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const std::uint32_t column = rows.targets[e];
    if (column >= first) break;
    add_product(sum, in.weights[trace_.edge_classes()[e]], values(moment)[column]);
  }
  store(result, sum);
}

template <class Scalar>
void Elimination<Scalar>::solve(const Inputs& in, std::size_t component, unsigned moment) {
  const std::uint32_t first = trace_.component_offsets()[component];
  const std::uint32_t last = trace_.component_offsets()[component + 1];
  const Pattern* pattern = trace_.pattern(component);
  Scalar* const x = values(moment) + first;
  if (pattern == nullptr) {
    set_right_hand_side(in, first, first, moment);
    divide(*x, pivots_[0]);
    return;
  }
  const auto& [lower, upper] = *pattern;
  for (std::uint32_t i = 0; i < last - first; ++i) {
    set_right_hand_side(in, first + i, first, moment);
    Local sum = x[i];
    for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
      add_product(sum, lower_[entry], x[lower.targets[entry]]);
    }
    store(x[i], sum);
  }
  for (std::uint32_t i = last - first; i-- > 0;) {
    Local sum = x[i];
    for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
      add_product(sum, upper_[u], x[upper.targets[u]]);
    }
    divide(sum, pivots_[i]);
    store(x[i], sum);
  }
}

/// The expectation of a moment's value after one step, staying put included: the row's missing mass.
template <class Scalar>
void Elimination<Scalar>::step_once(const Inputs& in, std::uint32_t position, unsigned moment) {
  const Adjacency& rows = trace_.rows();
  Scalar& sum = steps(moment)[position];
  set(sum, zero_);
  set(total_, zero_);
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const Scalar& weight = in.weights[trace_.edge_classes()[e]];
    add(total_, weight);
    if (rows.targets[e] < trace_.transient_count()) add_product(sum, weight, values(moment)[rows.targets[e]]);
  }
  complement(total_);
  add_product(sum, total_, values(moment)[position]);
}

template <class Scalar>
ReplayedMoments<Scalar> Elimination<Scalar>::moments(std::span<const Scalar> weights,
                                                     std::span<const double> rewards, unsigned order,
                                                     const std::vector<bool>& cuts) {
  const Inputs in{weights, rewards, order, cuts};
  const std::size_t n = trace_.transient_count();
  const bool discrete = trace_.time() == TimeKind::discrete;
  values_.resize(n * order, zero_);
  if (discrete) steps_.resize(n * order, zero_);
  met_closed_state_ = false;
  for (std::size_t c = 0; c < trace_.component_count(); ++c) {
    factor(in, c);
    for (unsigned moment = 1; moment <= order; ++moment) {
      solve(in, c, moment);
      if (!discrete || moment == order) continue;
      for (std::uint32_t i = trace_.component_offsets()[c]; i < trace_.component_offsets()[c + 1]; ++i) {
        step_once(in, i, moment);
      }
    }
  }

  ReplayedMoments<Scalar> result{std::vector<Scalar>(order, zero_), met_closed_state_};
  const Adjacency& rows = trace_.rows();
  for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
    if (rows.targets[e] >= n) continue;
    for (unsigned moment = 1; moment <= order; ++moment) {
      add_product(result.scaled[moment - 1], weights[trace_.edge_classes()[e]],
                  values(moment)[rows.targets[e]]);
    }
  }
  return result;
}
