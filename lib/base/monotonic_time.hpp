// Points in time on CLOCK_MONOTONIC as timers and signal handlers take them; what is here may be called from
// a handler.
#pragma once

#include <algorithm>
#include <cmath>
#include <ctime>

namespace phasic {

/// So many seconds later, at most some thirty years.
inline timespec after(timespec time, double seconds) noexcept {
  constexpr long second_ns = 1'000'000'000;
  constexpr double longest = 1e9;
  const double whole = std::floor(seconds);
  time.tv_sec += static_cast<time_t>(std::min(whole, longest));
  time.tv_nsec += static_cast<long>((seconds - whole) * 1e9);
  if (time.tv_nsec >= second_ns) {
    time.tv_nsec -= second_ns;
    ++time.tv_sec;
  }
  return time;
}

inline bool has_passed(const timespec& point) noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec > point.tv_sec || (now.tv_sec == point.tv_sec && now.tv_nsec >= point.tv_nsec);
}

}  // namespace phasic
