#include "replay/replay.hpp"

#include <algorithm>

#include "replay/arithmetic.hpp"

namespace phasic {

template <class Scalar>
Replay<Scalar>::Replay(const Trace& trace, Scalar zero)
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

/// Lays one row out: rates within the component into `work_`, all others summed into `total_`.
template <class Scalar>
void Replay<Scalar>::scatter(const Inputs& in, std::uint32_t position, std::uint32_t first,
                             std::uint32_t last) {
  const Adjacency& rows = trace_.rows();
  set(total_, zero_);
  if (is_cut(in, position)) {
    set(total_, 1.0);
    return;
  }
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const std::uint32_t column = rows.targets[e];
    const Scalar& weight = in.weights[trace_.edge_classes()[e]];
    if (column >= first && column < last)
      set(work_[column - first], weight);
    else
      add(total_, weight);
  }
}

template <class Scalar>
void Replay<Scalar>::factor(const Inputs& in, std::size_t component) {
  const std::uint32_t first = trace_.component_offsets()[component];
  const std::uint32_t last = trace_.component_offsets()[component + 1];
  const Pattern* pattern = trace_.pattern(component);
  if (pattern == nullptr) {
    scatter(in, first, first, first);
    set(pivots_[0], total_);
    if (is_zero(total_)) met_closed_state_ = true;
    return;
  }
  const auto& [lower, upper] = *pattern;
  for (std::uint32_t i = 0; i < last - first; ++i) {
    for (const std::uint32_t k : lower[i]) set(work_[k], zero_);
    for (const std::uint32_t j : upper[i]) set(work_[j], zero_);
    set(work_[i], zero_);  // collects what leads back to the row itself, which GTH leaves out
    scatter(in, first + i, first, last);
    for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
      const std::uint32_t k = lower.targets[entry];
      set(factor_, work_[k]);
      divide(factor_, pivots_[k]);
      set(lower_[entry], factor_);
      add_product(total_, factor_, exits_[k]);
      for (std::uint32_t u = upper.offsets[k]; u < upper.offsets[k + 1]; ++u) {
        add_product(work_[upper.targets[u]], factor_, upper_[u]);
      }
    }
    set(exits_[i], total_);
    for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
      set(upper_[u], work_[upper.targets[u]]);
      add(total_, upper_[u]);
    }
    set(pivots_[i], total_);
    if (is_zero(total_)) met_closed_state_ = true;
  }
}

/// Sum over j = 1..moment of r^j / j! times the (moment - j)th value one step later.
template <class Scalar>
void Replay<Scalar>::add_discrete_right_hand_side(const Inputs& in, std::uint32_t position, unsigned moment) {
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
void Replay<Scalar>::set_right_hand_side(const Inputs& in, std::uint32_t position, std::uint32_t first,
                                         unsigned moment) {
  Scalar& sum = values(moment)[position];
  set(sum, zero_);
  if (is_cut(in, position)) return;
  if (trace_.time() == TimeKind::discrete) {
    add_discrete_right_hand_side(in, position, moment);
  } else {
    if (moment == 1)
      set(sum, 1.0);
    else
      set(sum, values(moment - 1)[position]);
    if (!in.rewards.empty()) multiply(sum, in.rewards[position]);
  }
  const Adjacency& rows = trace_.rows();
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const std::uint32_t column = rows.targets[e];
    if (column >= first) break;
    add_product(sum, in.weights[trace_.edge_classes()[e]], values(moment)[column]);
  }
}

template <class Scalar>
void Replay<Scalar>::solve(const Inputs& in, std::size_t component, unsigned moment) {
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
    for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
      add_product(x[i], lower_[entry], x[lower.targets[entry]]);
    }
  }
  for (std::uint32_t i = last - first; i-- > 0;) {
    for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
      add_product(x[i], upper_[u], x[upper.targets[u]]);
    }
    divide(x[i], pivots_[i]);
  }
}

/// The expectation of a moment's value after one step, staying put included: the row's missing mass.
template <class Scalar>
void Replay<Scalar>::step_once(const Inputs& in, std::uint32_t position, unsigned moment) {
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
typename Replay<Scalar>::Moments Replay<Scalar>::moments(std::span<const Scalar> weights,
                                                         std::span<const Scalar> rewards, unsigned order,
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

  Moments result{std::vector<Scalar>(order, zero_), met_closed_state_};
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

template class Replay<double>;
template class Replay<Mpfr>;

}  // namespace phasic
