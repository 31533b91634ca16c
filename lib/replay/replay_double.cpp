// The replays in doubles, compiled once for every kind of vectors (Highway's foreach_target includes this
// file again and again, each time for another). Only Highway's headers are used: its library is for choosing
// a target, which is one line here.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "replay/replay_double.cpp"
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#include <hwy/foreach_target.h>
// clang-format off
#include <hwy/highway.h>
// clang-format on

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>

#include "replay/class_groups.hpp"
#include "replay/columns.hpp"
#include "replay/pack_program.hpp"
#include "replay/replay.hpp"
#include "replay/simd.hpp"
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

#include "replay/pack-inl.hpp"
// clang-format off
#include "replay/pack_panels-inl.hpp"
#include "replay/pack_factors-inl.hpp"
#include "replay/pack_elimination-inl.hpp"
#include "replay/pack_class_sums-inl.hpp"
#include "replay/pack_gradients-inl.hpp"
#include "replay/pack_solver-inl.hpp"
// clang-format on

/// `Kind<vectors>`, with one of the three sizes there are.
template <class Interface, template <std::size_t> class Kind, class... Arguments>
std::unique_ptr<Interface> make_with(std::size_t vectors, const Arguments&... arguments) {
  if (vectors >= 4) return std::make_unique<Kind<4>>(arguments...);
  if (vectors >= 2) return std::make_unique<Kind<2>>(arguments...);
  return std::make_unique<Kind<1>>(arguments...);
}
template <class Interface>
struct Packs;
template <>
struct Packs<PackReplay> {
  static std::unique_ptr<PackReplay> make(const Trace& trace, std::size_t vectors) {
    return make_with<PackReplay, PackElimination>(vectors, trace);
  }
};
template <>
struct Packs<PackGradients> {
  static std::unique_ptr<PackGradients> make(const Trace& trace, std::size_t vectors, std::size_t cache) {
    if (vectors >= 4 && PackGradientSweeps<4>::is_wider_than_worth(trace, cache)) vectors = 2;
    return make_with<PackGradients, PackGradientSweeps>(vectors, trace, cache);
  }
};
template <>
struct Packs<Solver<double>> {
  static std::unique_ptr<Solver<double>> make(const Trace& trace, std::size_t vectors) {
    return make_with<Solver<double>, PackSolver>(vectors, trace);
  }
};

#endif

}  // namespace phasic::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace phasic {

std::unique_ptr<Replay<double>> make_replay(const Trace& trace, [[maybe_unused]] Simd simd) {
#if HWY_TARGETS & HWY_AVX2
  if (simd == Simd::avx2 || simd == Simd::avx512) return N_AVX2::make_single(trace);
#endif
  return HWY_STATIC_DISPATCH(make_single)(trace);
}

std::unique_ptr<Solver<double>> make_solver(const Trace& trace, [[maybe_unused]] Simd simd) {
#if HWY_TARGETS & HWY_AVX2
  if (simd == Simd::avx2 || simd == Simd::avx512) return N_AVX2::make_single_solver(trace);
#endif
  return HWY_STATIC_DISPATCH(make_single_solver)(trace);
}

namespace {

/// What `make` makes of the namespace that is compiled for these vectors; nothing where there is none.
template <class Interface, class... Arguments>
std::unique_ptr<Interface> make_packs([[maybe_unused]] Simd simd, const Trace& trace,
                                      [[maybe_unused]] const Arguments&... arguments) {
  [[maybe_unused]] const std::size_t vectors = PackProgram::vectors_worth_using(trace);
#if HWY_TARGETS & HWY_AVX3
  if (simd == Simd::avx512) return N_AVX3::Packs<Interface>::make(trace, vectors, arguments...);
#endif
#if HWY_TARGETS & HWY_AVX2
  if (simd == Simd::avx512 || simd == Simd::avx2)
    return N_AVX2::Packs<Interface>::make(trace, vectors, arguments...);
#endif
#if HWY_TARGETS & HWY_NEON
  if (simd == Simd::neon) return N_NEON::Packs<Interface>::make(trace, vectors, arguments...);
#endif
  return nullptr;
}

}  // namespace

std::unique_ptr<PackReplay> make_pack_replay(const Trace& trace, Simd simd) {
  return trace.time() == TimeKind::continuous ? make_packs<PackReplay>(simd, trace) : nullptr;
}

std::unique_ptr<PackGradients> make_pack_gradients(const Trace& trace, Simd simd, std::size_t cache_bytes) {
  return trace.time() == TimeKind::continuous ? make_packs<PackGradients>(simd, trace, cache_bytes) : nullptr;
}

std::unique_ptr<Solver<double>> make_pack_solver(const Trace& trace, Simd simd) {
  return make_packs<Solver<double>>(simd, trace);
}

}  // namespace phasic
#endif  // HWY_ONCE
