// What can be asked of a graph at one theta, and the names under which the answers are printed.
#pragma once

#include <cstdint>
#include <string>

namespace phasic {

/// Of the accumulated reward (or time) R: E[R], Var R, its root, E[(R-m)^3] / sd^3, E[(R-m)^4] / sd^4 (3 for
/// a normal distribution, 9 for an exponential one), E[R^order], E[(R-m)^order].
enum class StatisticKind { mean, variance, standard_deviation, skewness, kurtosis, moment, central };

/// `order` counts for raw and central moments only.
struct Statistic {
  StatisticKind kind = StatisticKind::mean;
  unsigned order = 1;
};

inline constexpr unsigned largest_moment_order = 100;

/// `mean`, `variance`, `sd`, `skewness`, `kurtosis`, `moment3`, `central3`.
std::string name_of(const Statistic& statistic);

/// The highest raw moment that the statistic is made of.
unsigned order_needed(const Statistic& statistic);

}  // namespace phasic
