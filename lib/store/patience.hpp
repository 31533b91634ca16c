// Looking again for what another machine may have written a moment ago: on a network file system this one may
// see it late.
#pragma once

#include <chrono>
#include <thread>

namespace phasic {

inline constexpr std::chrono::milliseconds network_delay{2000};
inline constexpr std::chrono::milliseconds network_pause{100};

/// Calls `try_once` until `is_found` holds of what it returns, or two seconds have passed.
template <class Try, class IsFound>
auto look_again(Try try_once, IsFound is_found) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  for (;;) {
    std::this_thread::sleep_for(network_pause);
    auto found = try_once();
    if (is_found(found) || Clock::now() - begin >= network_delay) return found;
  }
}

}  // namespace phasic
