// The moments of one reward: each component is factorised and at once solved with for every moment, so that
// the scratch is one component's. Not a header of its own, see replay/factors-inl.hpp.

/// Scratch space and loops of a replay; see Replay for what it promises.
template <class Scalar>
class Elimination final : public Replay<Scalar> {
 public:
  Elimination(const Trace& trace, Scalar zero)
      : trace_(trace),
        factors_(trace, zero, Extent::one_component),
        zero_(zero),
        total_(zero),
        power_(zero) {}
  ReplayedMoments<Scalar> moments(std::span<const Scalar> weights, std::span<const double> rewards,
                                  unsigned order, const std::vector<bool>& cuts) override;

 private:
  using Inputs = typename Factors<Scalar>::Inputs;
  using Component = typename Factors<Scalar>::Component;

  void solve(const Inputs& in, std::span<const double> rewards, const Component& component, unsigned moment);
  void set_right_hand_side(std::span<const double> rewards, std::uint32_t position, unsigned moment);
  void add_discrete_right_hand_side(std::span<const double> rewards, std::uint32_t position, unsigned moment);
  void step_once(const Inputs& in, std::uint32_t position, unsigned moment);
  [[nodiscard]] Scalar* values(unsigned moment) {
    return values_.data() + (moment - 1) * trace_.transient_count();
  }
  [[nodiscard]] Scalar* steps(unsigned moment) {
    return steps_.data() + (moment - 1) * trace_.transient_count();
  }

  const Trace& trace_;
  Factors<Scalar> factors_;
  Scalar zero_;
  std::vector<Scalar> values_;  // E[R^k]/k! from every position, moment by moment
  std::vector<Scalar> steps_;   // in discrete time: the same one step later
  Scalar total_;
  Scalar power_;
};

/// Sum over j = 1..moment of r^j / j! times the (moment - j)th value one step later.
template <class Scalar>
void Elimination<Scalar>::add_discrete_right_hand_side(std::span<const double> rewards,
                                                       std::uint32_t position, unsigned moment) {
  Scalar& sum = values(moment)[position];
  set(power_, 1.0);
  for (unsigned j = 1; j <= moment; ++j) {
    if (!rewards.empty()) multiply(power_, rewards[position]);
    divide(power_, static_cast<double>(j));
    if (j == moment)
      add(sum, power_);
    else
      add_product(sum, power_, steps(moment - j)[position]);
  }
}

/// What is earned here.
template <class Scalar>
void Elimination<Scalar>::set_right_hand_side(std::span<const double> rewards, std::uint32_t position,
                                              unsigned moment) {
  Scalar& result = values(moment)[position];
  if (trace_.time() == TimeKind::discrete) {
    set(result, zero_);
    add_discrete_right_hand_side(rewards, position, moment);
    return;
  }
  if (moment == 1)
    set(result, 1.0);
  else
    set(result, values(moment - 1)[position]);
  if (!rewards.empty()) multiply(result, rewards[position]);
}

template <class Scalar>
void Elimination<Scalar>::solve(const Inputs& in, std::span<const double> rewards, const Component& component,
                                unsigned moment) {
  for (std::uint32_t i = 0; i < component.size; ++i) {
    if (in.is_cut(component.first + i))
      set(values(moment)[component.first + i], zero_);
    else
      set_right_hand_side(rewards, component.first + i, moment);
    factors_.substitute_lower(in, component, i, values(moment));
  }
  factors_.substitute_upper(component, values(moment));
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
  const Inputs in{weights, cuts};
  const std::size_t n = trace_.transient_count();
  const bool discrete = trace_.time() == TimeKind::discrete;
  values_.resize(n * order, zero_);
  if (discrete) steps_.resize(n * order, zero_);
  factors_.forget_closed_states();
  for (std::size_t c = 0; c < trace_.component_count(); ++c) {
    const Component component = factors_.component(c);
    factors_.factor(in, component);
    for (unsigned moment = 1; moment <= order; ++moment) {
      solve(in, rewards, component, moment);
      if (!discrete || moment == order) continue;
      for (std::uint32_t i = 0; i < component.size; ++i) step_once(in, component.first + i, moment);
    }
  }

  ReplayedMoments<Scalar> result{std::vector<Scalar>(order, zero_), factors_.met_closed_state()};
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
