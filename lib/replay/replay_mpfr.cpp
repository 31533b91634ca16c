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
    std::vector<bool> cuts = settled;
    for (std::size_t i = 0; i < endless.size(); ++i) cuts[i] = cuts[i] || endless[i];
    const Factors<Mpfr>::Inputs in{weights, cuts, shifts};
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      const auto component = factors_.component(c);
      factors_.factor(in, component);
      for (std::uint32_t i = 0; i < component.size; ++i) {
        const std::uint32_t position = component.first + i;
        if (in.is_cut(position))
          set(values_[position], settled[position] ? 1.0 : 0.0);
        else
          set_absorbed(values_[position], weights, position);
        factors_.substitute_lower(in, component, i, values_.data());
      }
      factors_.substitute_upper(component, values_.data());
    }
    return from_start(weights);
  }

 private:
  void set_absorbed(Mpfr& sum, std::span<const Mpfr> weights, std::size_t position) const {
    const Adjacency& rows = trace_.rows();
    set(sum, 0.0);
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      if (rows.targets[e] >= trace_.transient_count()) add(sum, weights[trace_.edge_classes()[e]]);
    }
  }
  [[nodiscard]] Mpfr from_start(std::span<const Mpfr> weights) const {
    const std::size_t n = trace_.transient_count();
    const Adjacency& rows = trace_.rows();
    Mpfr sum = zero_;
    set_absorbed(sum, weights, n);
    for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
      if (rows.targets[e] < n) add_product(sum, weights[trace_.edge_classes()[e]], values_[rows.targets[e]]);
    }
    return sum;
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
