// What can be asked of a graph at one theta: a statistic of its rewards, one column of an answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace phasic {

/// Of the reward (or time) R accumulated until absorption: E[R], Var R, its root, E[(R-m)^3] / sd^3,
/// E[(R-m)^4] / sd^4 (3 for a normal distribution, 9 for an exponential one), E[R^order], E[(R-m)^order]; and
/// of two of them their covariance and correlation; the probability of being absorbed without having earned
/// anything. Of each state: the expected time (or number of steps) in it, and how often it is entered,
/// staying put not counted. Of each absorbing vertex: the probability of ending there.
enum class StatisticKind {
  mean,
  variance,
  standard_deviation,
  skewness,
  kurtosis,
  moment,
  central,
  covariance,
  correlation,
  atom,
  sojourn,
  visits,
  probability,
};

/// A column. `order` counts for raw and central moments only, `other` for what takes two rewards.
struct Statistic {
  StatisticKind kind = StatisticKind::mean;
  unsigned order = 1;
  std::size_t reward = 0;                     ///< among the question's rewards
  std::size_t other = 0;                      ///< the second reward
  std::optional<std::size_t> parameter = {};  ///< not the statistic, but its derivative by this part of theta
};

inline constexpr unsigned largest_moment_order = 100;

/// `mean`, `variance`, `sd`, `skewness`, `kurtosis`, `moment3`, `central3`, `cov`, `cor`: without the
/// rewards.
std::string name_of(const Statistic& statistic);

/// Whether it is about two rewards, `reward` and `other`.
bool takes_two_rewards(StatisticKind kind);
/// Whether it is about no reward at all.
bool takes_no_reward(StatisticKind kind);

/// The highest raw moment of a single reward that the statistic is made of.
unsigned order_needed(const Statistic& statistic);

}  // namespace phasic
