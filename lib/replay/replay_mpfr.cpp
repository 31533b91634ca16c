#include <algorithm>
#include <map>
#include <optional>

#include "replay/arithmetic.hpp"
#include "replay/class_groups.hpp"
#include "replay/replay.hpp"
#include "replay/solver.hpp"
#include "replay/transform.hpp"

namespace phasic {

namespace {

#include "replay/factors-inl.hpp"
// clang-format off
#include "replay/elimination-inl.hpp"
#include "replay/solver-inl.hpp"
// clang-format on

/// Component by component, sinks first, as moments are: the right-hand side is what leads into absorption.
class MpfrTransform final : public TransformReplay {
 public:
  MpfrTransform(const Trace& trace, const Mpfr& zero)
      : trace_(trace),
        factors_(trace, zero, Extent::one_component),
        zero_(zero),
        values_(trace.transient_count(), zero) {}

  Mpfr transform(std::span<const Mpfr> weights, std::span<const Mpfr> shifts,
                 const std::vector<bool>& settled, const std::vector<bool>& endless) override {
    const std::vector<bool> cuts = both(settled, endless);
    const Factors<Mpfr>::Inputs in{weights, cuts, shifts};
    for (std::size_t c = 0; c < trace_.component_count(); ++c) solve(in, factored(in, c), settled);
    Mpfr sum = zero_;
    set_absorbed(sum, weights, trace_.transient_count());
    add_from_start(sum, weights, values_);
    return sum;
  }

  // M x' = -M' x: component by component, each with its factors while they are there.
  Slope slope(std::span<const Mpfr> weights, std::span<const Mpfr> slopes, std::span<const Mpfr> shifts,
              const std::vector<bool>& settled, const std::vector<bool>& endless) override {
    const std::vector<bool> cuts = both(settled, endless);
    const Factors<Mpfr>::Inputs in{weights, cuts, shifts};
    std::vector<Mpfr> gained(values_.size(), zero_);
    std::vector<Mpfr> lost(values_.size(), zero_);
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      const auto component = factored(in, c);
      solve(in, component, settled);
      for (std::uint32_t i = 0; i < component.size; ++i) {
        if (!in.is_cut(component.first + i)) add_change(gained, lost, slopes, component.first + i);
      }
      for (std::vector<Mpfr>* const part : {&gained, &lost}) {
        for (std::uint32_t i = 0; i < component.size; ++i)
          factors_.substitute_lower(in, component, i, part->data());
        factors_.substitute_upper(component, part->data());
      }
    }
    Slope result{zero_, zero_};
    add_from_start(result.gained, weights, gained);
    add_from_start(result.lost, weights, lost);
    return result;
  }

 private:
  static std::vector<bool> both(std::vector<bool> settled, const std::vector<bool>& endless) {
    for (std::size_t i = 0; i < endless.size(); ++i) settled[i] = settled[i] || endless[i];
    return settled;
  }
  Factors<Mpfr>::Component factored(const Factors<Mpfr>::Inputs& in, std::size_t number) {
    const auto component = factors_.component(number);
    factors_.factor(in, component);
    return component;
  }
  void solve(const Factors<Mpfr>::Inputs& in, const Factors<Mpfr>::Component& component,
             const std::vector<bool>& settled) {
    for (std::uint32_t i = 0; i < component.size; ++i) {
      const std::uint32_t position = component.first + i;
      if (in.is_cut(position))
        set(values_[position], settled[position] ? 1.0 : 0.0);
      else
        set_absorbed(values_[position], in.weights, position);
      factors_.substitute_lower(in, component, i, values_.data());
    }
    factors_.substitute_upper(component, values_.data());
  }
  /// What the edges of a position gain and lose as their weights change.
  void add_change(std::vector<Mpfr>& gained, std::vector<Mpfr>& lost, std::span<const Mpfr> slopes,
                  std::size_t position) const {
    const Adjacency& rows = trace_.rows();
    Mpfr magnitude = zero_;
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const Mpfr& slope = slopes[trace_.edge_classes()[e]];
      if (is_zero(slope)) continue;
      set(magnitude, slope);
      take_magnitude(magnitude);
      Mpfr& up = (is_negative(slope) ? lost : gained)[position];
      Mpfr& down = (is_negative(slope) ? gained : lost)[position];
      if (rows.targets[e] < values_.size())
        add_product(up, magnitude, values_[rows.targets[e]]);
      else
        add(up, magnitude);
      add_product(down, magnitude, values_[position]);
    }
  }
  void set_absorbed(Mpfr& sum, std::span<const Mpfr> weights, std::size_t position) const {
    const Adjacency& rows = trace_.rows();
    set(sum, 0.0);
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      if (rows.targets[e] >= trace_.transient_count()) add(sum, weights[trace_.edge_classes()[e]]);
    }
  }
  void add_from_start(Mpfr& sum, std::span<const Mpfr> weights, const std::vector<Mpfr>& from) const {
    const std::size_t n = trace_.transient_count();
    const Adjacency& rows = trace_.rows();
    for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
      if (rows.targets[e] < n) add_product(sum, weights[trace_.edge_classes()[e]], from[rows.targets[e]]);
    }
  }

  const Trace& trace_;
  Factors<Mpfr> factors_;
  Mpfr zero_;
  std::vector<Mpfr> values_;
};

}  // namespace

std::unique_ptr<Replay<Mpfr>> make_replay(const Trace& trace, mpfr_prec_t bits) {
  return std::make_unique<Elimination<Mpfr>>(trace, Mpfr(bits));
}

std::unique_ptr<Solver<Mpfr>> make_solver(const Trace& trace, mpfr_prec_t bits) {
  return std::make_unique<SingleSolver<Mpfr>>(trace, Mpfr(bits));
}

std::unique_ptr<TransformReplay> make_transform_replay(const Trace& trace, mpfr_prec_t bits) {
  return std::make_unique<MpfrTransform>(trace, Mpfr(bits));
}

}  // namespace phasic
