// The replays in doubles, compiled once for every kind of vectors (Highway's foreach_target includes this
// file again and again, each time for another). Only Highway's headers are used: its library is for choosing
// a target, which is one line here.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "replay/replay_double.cpp"
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
// clang-format on

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>

#include "replay/pack_program.hpp"
#include "replay/replay.hpp"
#include "replay/solver.hpp"

HWY_BEFORE_NAMESPACE();
namespace phasic::HWY_NAMESPACE {

// The operations of replay/arithmetic.hpp, again: what is compiled for a target cannot call what is not.
inline void set(double& number, double value) {
  number = value;
}
inline void add(double& sum, double addend) {
  sum += addend;
}
// Rounded once everywhere: by the instruction where there is one, else by the C library.
inline void add_product(double& sum, double a, double b) {
  sum = __builtin_fma(a, b, sum);
}
inline void multiply(double& number, double b) {
  number *= b;
}
inline void divide(double& number, double b) {
  number /= b;
}
inline void complement(double& number) {
  number = number < 1 ? 1 - number : 0;
}
inline bool is_zero(double number) {
  return number == 0;
}

#include "replay/factors-inl.hpp"
// clang-format off
#include "replay/elimination-inl.hpp"
#include "replay/solver-inl.hpp"
// clang-format on

std::unique_ptr<Replay<double>> make_single(const Trace& trace) {
  return std::make_unique<Elimination<double>>(trace, 0.0);
}
std::unique_ptr<Solver<double>> make_single_solver(const Trace& trace) {
  return std::make_unique<SingleSolver<double>>(trace, 0.0);
}

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<double>;
using Vector = hn::Vec<Tag>;

/// `Vectors` vectors side by side: a number for each lane. Loops over them are unrolled, so that sums stay in
/// registers.
template <std::size_t Vectors>
struct Pack {
  Vector part[Vectors];

  HWY_INLINE static Pack load(const double* from) {
    Pack pack;
    for (std::size_t v = 0; v < Vectors; ++v) pack.part[v] = hn::Load(Tag(), from + v * hn::Lanes(Tag()));
    return pack;
  }
  HWY_INLINE static Pack broadcast(double number) {
    Pack pack;
    for (std::size_t v = 0; v < Vectors; ++v) pack.part[v] = hn::Set(Tag(), number);
    return pack;
  }
  HWY_INLINE void store(double* to) const {
    for (std::size_t v = 0; v < Vectors; ++v) hn::Store(part[v], Tag(), to + v * hn::Lanes(Tag()));
  }
  HWY_INLINE void add(const double* addend) {
    for (std::size_t v = 0; v < Vectors; ++v) {
      part[v] = hn::Add(part[v], hn::Load(Tag(), addend + v * hn::Lanes(Tag())));
    }
  }
  HWY_INLINE void add_product(const double* a, const double* b) {
    for (std::size_t v = 0; v < Vectors; ++v) {
      const std::size_t at = v * hn::Lanes(Tag());
      part[v] = hn::MulAdd(hn::Load(Tag(), a + at), hn::Load(Tag(), b + at), part[v]);
    }
  }
  HWY_INLINE void divide(const double* by) {
    for (std::size_t v = 0; v < Vectors; ++v) {
      part[v] = hn::Div(part[v], hn::Load(Tag(), by + v * hn::Lanes(Tag())));
    }
  }
  HWY_INLINE void multiply(const double* by) {
    for (std::size_t v = 0; v < Vectors; ++v) {
      part[v] = hn::Mul(part[v], hn::Load(Tag(), by + v * hn::Lanes(Tag())));
    }
  }
};

/// Runs a PackProgram: each entry of L and U is finished in registers, from its own rate and its products in
/// the order in which Elimination adds them, so every lane has Elimination's bits.
template <std::size_t Vectors>
class PackElimination final : public PackReplay {
 public:
  explicit PackElimination(const Trace& trace)
      : trace_(trace), program_(trace), slots_(program_.slot_count() * width()) {}

  [[nodiscard]] std::size_t lanes() const override { return width(); }

  std::vector<double> moments(std::span<const double> weights, std::span<const double> rewards,
                              unsigned order) override {
    values_.resize(trace_.transient_count() * order * width());
    weights_.assign(weights.begin(), weights.end());
    weights_.resize(weights.size() + width(), 0.0);  // the class of fill-in
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      factor(c);
      for (unsigned moment = 1; moment <= order; ++moment) solve(c, rewards, moment);
    }
    return answers(order);
  }

 private:
  static constexpr std::size_t width() { return Vectors * hn::MaxLanes(Tag()); }
  using P = Pack<Vectors>;

  [[nodiscard]] double* slot(std::size_t number) { return slots_.data() + number * width(); }
  [[nodiscard]] const double* weight(std::size_t edge_class) const {
    return weights_.data() + edge_class * width();
  }
  [[nodiscard]] double* value(unsigned moment, std::size_t position) {
    return values_.data() + ((moment - 1) * trace_.transient_count() + position) * width();
  }

  /// The sum of the rates that leave the component, in the order of the row.
  HWY_INLINE P exit_of(std::uint32_t position, std::uint32_t first, std::uint32_t last) const {
    const Adjacency& rows = trace_.rows();
    P sum = P::broadcast(0);
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const std::uint32_t column = rows.targets[e];
      if (column < first || column >= last) sum.add(weight(trace_.edge_classes()[e]));
    }
    return sum;
  }

  void factor(std::size_t component) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const std::uint32_t last = trace_.component_offsets()[component + 1];
    const Pattern* pattern = trace_.pattern(component);
    if (pattern == nullptr) {
      exit_of(first, first, first).store(slot(0));
      return;
    }
    const PackProgram::Component& program = program_[component];
    const PackSlots at(*pattern);
    const std::uint32_t* start = program.start_classes.data();
    const std::uint32_t* length = program.product_counts.data();
    const PackProgram::Product* product = program.products.data();
    const auto finish_entry = [&]() HWY_ATTR {
      P sum = P::load(weight(*start++));
      for (const PackProgram::Product* end = product + *length++; product != end; ++product) {
        sum.add_product(slot(product->multiplier), slot(product->entry));
      }
      return sum;
    };
    const auto& [lower, upper] = *pattern;
    for (std::uint32_t i = 0; i < last - first; ++i) {
      P total = exit_of(first + i, first, last);
      for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
        const std::uint32_t k = lower.targets[entry];
        P multiplier = finish_entry();
        multiplier.divide(slot(at.pivot(k)));
        multiplier.store(slot(at.lower(entry)));
        total.add_product(slot(at.lower(entry)), slot(at.exit(k)));
      }
      total.store(slot(at.exit(i)));
      for (std::uint32_t entry = upper.offsets[i]; entry < upper.offsets[i + 1]; ++entry) {
        finish_entry().store(slot(at.upper(entry)));
        total.add(slot(at.upper(entry)));
      }
      total.store(slot(at.pivot(i)));
    }
  }

  HWY_INLINE P right_hand_side(std::uint32_t position, std::uint32_t first, std::span<const double> rewards,
                               unsigned moment) {
    P sum = moment == 1 ? P::broadcast(1) : P::load(value(moment - 1, position));
    if (!rewards.empty()) {
      alignas(64) double reward[width()];
      P::broadcast(rewards[position]).store(reward);
      sum.multiply(reward);
    }
    const Adjacency& rows = trace_.rows();
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const std::uint32_t column = rows.targets[e];
      if (column >= first) break;
      sum.add_product(weight(trace_.edge_classes()[e]), value(moment, column));
    }
    return sum;
  }

  void solve(std::size_t component, std::span<const double> rewards, unsigned moment) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const std::uint32_t last = trace_.component_offsets()[component + 1];
    const Pattern* pattern = trace_.pattern(component);
    if (pattern == nullptr) {
      P sum = right_hand_side(first, first, rewards, moment);
      sum.divide(slot(0));
      sum.store(value(moment, first));
      return;
    }
    const PackSlots at(*pattern);
    const auto& [lower, upper] = *pattern;
    for (std::uint32_t i = 0; i < last - first; ++i) {
      P sum = right_hand_side(first + i, first, rewards, moment);
      for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
        sum.add_product(slot(at.lower(entry)), value(moment, first + lower.targets[entry]));
      }
      sum.store(value(moment, first + i));
    }
    for (std::uint32_t i = last - first; i-- > 0;) {
      P sum = P::load(value(moment, first + i));
      for (std::uint32_t entry = upper.offsets[i]; entry < upper.offsets[i + 1]; ++entry) {
        sum.add_product(slot(at.upper(entry)), value(moment, first + upper.targets[entry]));
      }
      sum.divide(slot(at.pivot(i)));
      sum.store(value(moment, first + i));
    }
  }

  std::vector<double> answers(unsigned order) {
    std::vector<double> result(order * width());
    const std::size_t n = trace_.transient_count();
    const Adjacency& rows = trace_.rows();
    for (unsigned moment = 1; moment <= order; ++moment) {
      P sum = P::broadcast(0);
      for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
        if (rows.targets[e] < n)
          sum.add_product(weight(trace_.edge_classes()[e]), value(moment, rows.targets[e]));
      }
      alignas(64) double lanes[width()];
      sum.store(lanes);
      std::copy_n(lanes, width(), result.begin() + static_cast<std::ptrdiff_t>((moment - 1) * width()));
    }
    return result;
  }

  const Trace& trace_;
  PackProgram program_;
  AlignedDoubles slots_;
  AlignedDoubles values_;
  AlignedDoubles weights_;
};

std::unique_ptr<PackReplay> make_pack(const Trace& trace, std::size_t vectors) {
  if (vectors >= 4) return std::make_unique<PackElimination<4>>(trace);
  if (vectors >= 2) return std::make_unique<PackElimination<2>>(trace);
  return std::make_unique<PackElimination<1>>(trace);
}

#endif

}  // namespace phasic::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace phasic {

std::unique_ptr<Replay<double>> make_replay(const Trace& trace, [[maybe_unused]] Simd simd) {
#if HWY_TARGETS & HWY_AVX2
  if (simd != Simd::baseline) return N_AVX2::make_single(trace);
#endif
  return HWY_STATIC_DISPATCH(make_single)(trace);
}

std::unique_ptr<Solver<double>> make_solver(const Trace& trace, [[maybe_unused]] Simd simd) {
#if HWY_TARGETS & HWY_AVX2
  if (simd != Simd::baseline) return N_AVX2::make_single_solver(trace);
#endif
  return HWY_STATIC_DISPATCH(make_single_solver)(trace);
}

std::unique_ptr<PackReplay> make_pack_replay(const Trace& trace, [[maybe_unused]] Simd simd) {
  if (trace.time() != TimeKind::continuous || !PackProgram::fits(trace)) return nullptr;
  [[maybe_unused]] const std::size_t vectors = PackProgram::vectors_worth_using(trace);
#if HWY_TARGETS & HWY_AVX3
  if (simd == Simd::avx512) return N_AVX3::make_pack(trace, vectors);
#endif
#if HWY_TARGETS & HWY_AVX2
  if (simd != Simd::baseline) return N_AVX2::make_pack(trace, vectors);
#endif
  return nullptr;
}

}  // namespace phasic
#endif  // HWY_ONCE
