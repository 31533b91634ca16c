// Compiled once for every kind of vectors, as replay_double.cpp is.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "replay/shifted.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
// clang-format on

#include <algorithm>
#include <cmath>
#include <memory>

#include "replay/shifted.hpp"

HWY_BEFORE_NAMESPACE();
namespace phasic::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using ShiftTag = hn::CappedTag<double, shift_lanes>;
constexpr std::size_t doubles_each = 2 * shift_lanes;
constexpr std::size_t lanes_each = hn::MaxLanes(ShiftTag());

/// Eight complex numbers: real parts, then imaginary ones, in vectors that fill a register each.
struct Complexes {
  static constexpr std::size_t parts = shift_lanes / lanes_each;
  using Vector = hn::Vec<ShiftTag>;
  Vector real[parts];
  Vector imaginary[parts];

  HWY_INLINE static std::size_t place(std::size_t part) { return part * lanes_each; }
  HWY_INLINE static Complexes load(const double* from) {
    Complexes z;
    for (std::size_t p = 0; p < parts; ++p) {
      z.real[p] = hn::Load(ShiftTag(), from + place(p));
      z.imaginary[p] = hn::Load(ShiftTag(), from + shift_lanes + place(p));
    }
    return z;
  }
  HWY_INLINE static Complexes broadcast(double number) {
    Complexes z;
    for (std::size_t p = 0; p < parts; ++p) {
      z.real[p] = hn::Set(ShiftTag(), number);
      z.imaginary[p] = hn::Zero(ShiftTag());
    }
    return z;
  }
  HWY_INLINE void store(double* to) const {
    for (std::size_t p = 0; p < parts; ++p) {
      hn::Store(real[p], ShiftTag(), to + place(p));
      hn::Store(imaginary[p], ShiftTag(), to + shift_lanes + place(p));
    }
  }
  HWY_INLINE void add(const Complexes& other) {
    for (std::size_t p = 0; p < parts; ++p) {
      real[p] = hn::Add(real[p], other.real[p]);
      imaginary[p] = hn::Add(imaginary[p], other.imaginary[p]);
    }
  }
  HWY_INLINE void add_real(double number) {
    for (std::size_t p = 0; p < parts; ++p) real[p] = hn::Add(real[p], hn::Set(ShiftTag(), number));
  }
  HWY_INLINE void add_scaled(double factor, const Complexes& other) {
    for (std::size_t p = 0; p < parts; ++p) {
      const Vector by = hn::Set(ShiftTag(), factor);
      real[p] = hn::Add(real[p], hn::Mul(by, other.real[p]));
      imaginary[p] = hn::Add(imaginary[p], hn::Mul(by, other.imaginary[p]));
    }
  }
  HWY_INLINE void add_product(const Complexes& a, const Complexes& b) {
    for (std::size_t p = 0; p < parts; ++p) {
      real[p] =
          hn::Sub(hn::Add(real[p], hn::Mul(a.real[p], b.real[p])), hn::Mul(a.imaginary[p], b.imaginary[p]));
      imaginary[p] = hn::Add(hn::Add(imaginary[p], hn::Mul(a.real[p], b.imaginary[p])),
                             hn::Mul(a.imaginary[p], b.real[p]));
    }
  }
  HWY_INLINE Complexes times(const Complexes& other) const {
    Complexes product = broadcast(0);
    product.add_product(*this, other);
    return product;
  }
  /// Without squares that leave the range of doubles.
  HWY_INLINE Complexes reciprocal() const {
    Complexes result;
    for (std::size_t p = 0; p < parts; ++p) {
      const Vector size = hn::Max(hn::Abs(real[p]), hn::Abs(imaginary[p]));
      const Vector x = hn::Div(real[p], size);
      const Vector y = hn::Div(imaginary[p], size);
      const Vector norm = hn::Mul(hn::Add(hn::Mul(x, x), hn::Mul(y, y)), size);
      result.real[p] = hn::Div(x, norm);
      result.imaginary[p] = hn::Neg(hn::Div(y, norm));
    }
    return result;
  }
};

class ShiftedElimination final : public ShiftedReplay {
 public:
  explicit ShiftedElimination(const Trace& trace)
      : trace_(trace), values_(trace.transient_count() * doubles_each) {
    std::size_t upper = 0;
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      if (const Pattern* pattern = trace_.pattern(c); pattern != nullptr) {
        upper = std::max(upper, pattern->upper.targets.size());
        largest_lower_ = std::max(largest_lower_, pattern->lower.targets.size());
      }
    }
    const std::size_t largest = trace_.largest_component();
    work_.resize(largest * doubles_each);
    exits_.resize(largest * doubles_each);
    inverse_pivots_.resize(largest * doubles_each);
    upper_.resize(upper * doubles_each);
  }

  Lanes transforms(std::span<const double> weights, const Shifts& shifts,
                   const std::vector<bool>& settled) override {
    return gradients(weights, shifts, settled, {}).front();
  }

  std::vector<Lanes> gradients(std::span<const double> weights, const Shifts& shifts,
                               const std::vector<bool>& settled,
                               std::span<const std::vector<double>> slopes) override {
    return run({weights, &shifts, &settled, slopes, Signs::kept});
  }
  std::vector<Lanes> magnitudes(std::span<const double> weights, const Shifts& shifts,
                                const std::vector<bool>& settled,
                                std::span<const std::vector<double>> slopes) override {
    return run({weights, &shifts, &settled, slopes, Signs::dropped});
  }

 private:
  enum class Signs { kept, dropped };
  struct Inputs {
    std::span<const double> weights;
    const Shifts* shifts = nullptr;
    const std::vector<bool>* settled = nullptr;
    std::span<const std::vector<double>> slopes;
    Signs signs = Signs::kept;
    [[nodiscard]] bool is_settled(std::uint32_t position) const {
      return !settled->empty() && (*settled)[position];
    }
  };

  std::vector<Lanes> run(const Inputs& in) {
    in_ = in;
    const auto slopes = in.slopes;
    if (!slopes.empty()) {
      lower_.resize(largest_lower_ * doubles_each);
      changes_.resize(slopes.size() * values_.size());
    }
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      eliminate(c);
      for (std::size_t p = 0; p < slopes.size(); ++p) differentiate(c, p);
    }
    std::vector<Lanes> result{from_start(values_.data(), 1)};
    for (std::size_t p = 0; p < slopes.size(); ++p) result.push_back(from_start(changes_of(p), 0));
    in_ = {};
    return result;
  }

  static double* at(AlignedDoubles& numbers, std::size_t place) {
    return numbers.data() + place * doubles_each;
  }
  double* changes_of(std::size_t parameter) { return changes_.data() + parameter * values_.size(); }
  /// The start's average of what is known by position; absorbing vertices have `ends`.
  Lanes from_start(const double* by_position, double ends) const {
    const Adjacency& rows = trace_.rows();
    const std::size_t n = trace_.transient_count();
    Complexes sum = Complexes::broadcast(0);
    for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
      const double weight = in_.weights[trace_.edge_classes()[e]];
      if (rows.targets[e] < n)
        sum.add_scaled(weight, Complexes::load(by_position + rows.targets[e] * doubles_each));
      else
        sum.add_real(weight * ends);
    }
    alignas(64) double numbers[doubles_each];
    sum.store(numbers);
    Lanes result;
    for (std::size_t lane = 0; lane < shift_lanes; ++lane)
      result[lane] = {numbers[lane], numbers[shift_lanes + lane]};
    return result;
  }
  struct Row {
    Complexes exit;   // the shift and the rates that leave the component
    Complexes value;  // what those rates lead to
  };

  HWY_INLINE Row scatter(std::uint32_t position, std::uint32_t first, std::uint32_t last) {
    if (in_.is_settled(position)) return {Complexes::broadcast(1), Complexes::broadcast(1)};
    const Adjacency& rows = trace_.rows();
    Row row{Complexes::load(in_.shifts->at(position)), Complexes::broadcast(0)};
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const std::uint32_t column = rows.targets[e];
      const double weight = in_.weights[trace_.edge_classes()[e]];
      if (column >= first && column < last) {
        Complexes::broadcast(weight).store(at(work_, column - first));
        continue;
      }
      row.exit.add_real(weight);
      if (column < first)
        row.value.add_scaled(weight, Complexes::load(at(values_, column)));
      else
        row.value.add_real(weight);
    }
    return row;
  }

  HWY_INLINE void eliminate_row(const Pattern& pattern, std::uint32_t first, std::uint32_t i) {
    const auto& [lower, upper] = pattern;
    const Complexes zero = Complexes::broadcast(0);
    for (const std::uint32_t k : lower[i]) zero.store(at(work_, k));
    for (const std::uint32_t j : upper[i]) zero.store(at(work_, j));
    zero.store(at(work_, i));  // collects what leads back to the row itself, which is left out
    Row row = scatter(first + i, first, first + static_cast<std::uint32_t>(pattern.size()));
    for (std::uint32_t l = lower.offsets[i]; l < lower.offsets[i + 1]; ++l) {
      const std::uint32_t k = lower.targets[l];
      const Complexes multiplier =
          Complexes::load(at(work_, k)).times(Complexes::load(at(inverse_pivots_, k)));
      if (!in_.slopes.empty()) multiplier.store(at(lower_, l));
      row.exit.add_product(multiplier, Complexes::load(at(exits_, k)));
      row.value.add_product(multiplier, Complexes::load(at(values_, first + k)));
      for (std::uint32_t u = upper.offsets[k]; u < upper.offsets[k + 1]; ++u) {
        double* const entry = at(work_, upper.targets[u]);
        Complexes sum = Complexes::load(entry);
        sum.add_product(multiplier, Complexes::load(at(upper_, u)));
        sum.store(entry);
      }
    }
    row.exit.store(at(exits_, i));
    row.value.store(at(values_, first + i));
    for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
      const Complexes entry = Complexes::load(at(work_, upper.targets[u]));
      entry.store(at(upper_, u));
      row.exit.add(entry);
    }
    row.exit.reciprocal().store(at(inverse_pivots_, i));
  }

  void eliminate(std::size_t component) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const std::uint32_t size = trace_.component_offsets()[component + 1] - first;
    const Pattern* pattern = trace_.pattern(component);
    if (pattern == nullptr) {
      const Row row = scatter(first, first, first);
      const Complexes inverse = row.exit.reciprocal();
      if (!in_.slopes.empty()) inverse.store(at(inverse_pivots_, 0));
      row.value.times(inverse).store(at(values_, first));
      return;
    }
    for (std::uint32_t i = 0; i < size; ++i) eliminate_row(*pattern, first, i);
    const Adjacency& upper = pattern->upper;
    for (std::uint32_t i = size; i-- > 0;) {
      Complexes sum = Complexes::load(at(values_, first + i));
      for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u)
        sum.add_product(Complexes::load(at(upper_, u)),
                        Complexes::load(at(values_, first + upper.targets[u])));
      sum.times(Complexes::load(at(inverse_pivots_, i))).store(at(values_, first + i));
    }
  }

  /// What M' takes from the row of a solution x, which is 1 in absorbing vertices: the sum over its edges of
  /// the weight's derivative times (where it leads - x), and what earlier components pass on.
  HWY_INLINE Complexes change_of_row(std::uint32_t position, std::uint32_t first, const double* changes,
                                     std::span<const double> slopes) {
    Complexes sum = Complexes::broadcast(0);
    if (in_.is_settled(position)) return sum;
    const Adjacency& rows = trace_.rows();
    double total = 0;
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const std::uint32_t column = rows.targets[e];
      const ClassId edge_class = trace_.edge_classes()[e];
      const double slope = in_.signs == Signs::kept ? slopes[edge_class] : std::fabs(slopes[edge_class]);
      total += slope;
      if (column < trace_.transient_count())
        sum.add_scaled(slope, Complexes::load(at(values_, column)));
      else
        sum.add_real(slope);
      if (column < first)
        sum.add_scaled(in_.weights[edge_class], Complexes::load(changes + column * doubles_each));
    }
    sum.add_scaled(in_.signs == Signs::kept ? -total : total, Complexes::load(at(values_, position)));
    return sum;
  }

  /// M x' = -M' x with the component's factors, once x is known.
  void differentiate(std::size_t component, std::size_t parameter) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const std::uint32_t size = trace_.component_offsets()[component + 1] - first;
    const Pattern* pattern = trace_.pattern(component);
    double* const changes = changes_of(parameter);
    const auto own = [&](std::uint32_t i) { return changes + (first + i) * doubles_each; };
    for (std::uint32_t i = 0; i < size; ++i) {
      Complexes sum = change_of_row(first + i, first, changes, in_.slopes[parameter]);
      if (pattern != nullptr) {
        const Adjacency& lower = pattern->lower;
        for (std::uint32_t l = lower.offsets[i]; l < lower.offsets[i + 1]; ++l)
          sum.add_product(Complexes::load(at(lower_, l)), Complexes::load(own(lower.targets[l])));
      }
      sum.store(own(i));
    }
    for (std::uint32_t i = size; i-- > 0;) {
      Complexes sum = Complexes::load(own(i));
      if (pattern != nullptr) {
        const Adjacency& upper = pattern->upper;
        for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u)
          sum.add_product(Complexes::load(at(upper_, u)), Complexes::load(own(upper.targets[u])));
      }
      sum.times(Complexes::load(at(inverse_pivots_, i))).store(own(i));
    }
  }

  const Trace& trace_;
  Inputs in_;
  AlignedDoubles values_;  // E[exp(-s R)] from every position
  // One component's factors, by place within it.
  AlignedDoubles work_;
  AlignedDoubles exits_;
  AlignedDoubles inverse_pivots_;
  AlignedDoubles upper_;
  // Where derivatives are asked for: multipliers of a component, and by parameter the change of `values_`.
  std::size_t largest_lower_ = 0;
  AlignedDoubles lower_;
  AlignedDoubles changes_;
};

std::unique_ptr<ShiftedReplay> make_shifted(const Trace& trace) {
  return std::make_unique<ShiftedElimination>(trace);
}

}  // namespace phasic::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace phasic {

std::unique_ptr<ShiftedReplay> make_shifted_replay(const Trace& trace, [[maybe_unused]] Simd simd) {
#if HWY_TARGETS & HWY_AVX3
  if (simd == Simd::avx512) return N_AVX3::make_shifted(trace);
#endif
#if HWY_TARGETS & HWY_AVX2
  if (simd == Simd::avx512 || simd == Simd::avx2) return N_AVX2::make_shifted(trace);
#endif
  return HWY_STATIC_DISPATCH(make_shifted)(trace);
}

}  // namespace phasic
#endif  // HWY_ONCE
