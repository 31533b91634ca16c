// What can be asked of a graph at one theta, and the names under which the answers are printed.
#pragma once

#include <cstdint>
#include <string>

namespace phasic {

enum class StatisticKind { mean, variance, moment };

/// `order` counts for raw moments only: E[R^order], R the accumulated reward (or time).
struct Statistic {
  StatisticKind kind = StatisticKind::mean;
  unsigned order = 1;
};

inline constexpr unsigned largest_moment_order = 100;

/// `mean`, `variance`, `moment3`.
std::string name_of(const Statistic& statistic);

/// The highest raw moment that the statistic is made of.
unsigned order_needed(const Statistic& statistic);

}  // namespace phasic
