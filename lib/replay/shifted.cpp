// Compiled once for every kind of vectors, as replay_double.cpp is.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "replay/shifted.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
// clang-format on

#include <algorithm>
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
      if (const Pattern* pattern = trace_.pattern(c); pattern != nullptr)
        upper = std::max(upper, pattern->upper.targets.size());
    }
    const std::size_t largest = trace_.largest_component();
    work_.resize(largest * doubles_each);
    exits_.resize(largest * doubles_each);
    inverse_pivots_.resize(largest * doubles_each);
    upper_.resize(upper * doubles_each);
  }

  Lanes transforms(std::span<const double> weights, const Shifts& shifts,
                   const std::vector<bool>& settled) override {
    in_ = {weights, &shifts, &settled};
    for (std::size_t c = 0; c < trace_.component_count(); ++c) eliminate(c);
    in_ = {};
    const Adjacency& rows = trace_.rows();
    const std::size_t n = trace_.transient_count();
    Complexes sum = Complexes::broadcast(0);
    for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
      const double weight = weights[trace_.edge_classes()[e]];
      if (rows.targets[e] < n)
        sum.add_scaled(weight, Complexes::load(at(values_, rows.targets[e])));
      else
        sum.add_real(weight);
    }
    alignas(64) double numbers[doubles_each];
    sum.store(numbers);
    Lanes result;
    for (std::size_t lane = 0; lane < shift_lanes; ++lane)
      result[lane] = {numbers[lane], numbers[shift_lanes + lane]};
    return result;
  }

 private:
  struct Inputs {
    std::span<const double> weights;
    const Shifts* shifts = nullptr;
    const std::vector<bool>* settled = nullptr;
  };
  static double* at(AlignedDoubles& numbers, std::size_t place) {
    return numbers.data() + place * doubles_each;
  }
  struct Row {
    Complexes exit;   // the shift and the rates that leave the component
    Complexes value;  // what those rates lead to
  };

  HWY_INLINE Row scatter(std::uint32_t position, std::uint32_t first, std::uint32_t last) {
    if (!in_.settled->empty() && (*in_.settled)[position])
      return {Complexes::broadcast(1), Complexes::broadcast(1)};
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
    for (const std::uint32_t k : lower[i]) {
      const Complexes multiplier =
          Complexes::load(at(work_, k)).times(Complexes::load(at(inverse_pivots_, k)));
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
      row.value.times(row.exit.reciprocal()).store(at(values_, first));
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

  const Trace& trace_;
  Inputs in_;
  AlignedDoubles values_;  // E[exp(-s R)] from every position
  // One component's factors, by place within it.
  AlignedDoubles work_;
  AlignedDoubles exits_;
  AlignedDoubles inverse_pivots_;
  AlignedDoubles upper_;
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
  if (simd != Simd::baseline) return N_AVX2::make_shifted(trace);
#endif
  return HWY_STATIC_DISPATCH(make_shifted)(trace);
}

}  // namespace phasic
#endif  // HWY_ONCE
