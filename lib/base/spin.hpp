// Waiting for what another thread is about to do, awake: to sleep and be woken takes longer than most of it.
#pragma once

#include <chrono>
#include <thread>

namespace phasic {

/// How long a thread waits awake before it goes to sleep.
inline constexpr std::chrono::microseconds spin_patience{40};

/// Returns once `holds`, or when the patience is at its end. On a machine with one processor at once: nothing
/// happens there while one waits.
template <class Predicate>
void spin_until(const Predicate& holds) {
  constexpr int looks_per_clock = 64;
  static const bool is_alone = std::thread::hardware_concurrency() < 2;
  if (is_alone) return;
  const auto end = std::chrono::steady_clock::now() + spin_patience;
  do {
    for (int i = 0; i < looks_per_clock; ++i) {
      if (holds()) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
  } while (std::chrono::steady_clock::now() < end);
}

}  // namespace phasic
