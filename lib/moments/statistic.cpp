#include "moments/statistic.hpp"

namespace phasic {

std::string name_of(const Statistic& statistic) {
  switch (statistic.kind) {
    case StatisticKind::mean:
      return "mean";
    case StatisticKind::variance:
      return "variance";
    case StatisticKind::standard_deviation:
      return "sd";
    case StatisticKind::skewness:
      return "skewness";
    case StatisticKind::kurtosis:
      return "kurtosis";
    case StatisticKind::moment:
      return "moment" + std::to_string(statistic.order);
    case StatisticKind::central:
      return "central" + std::to_string(statistic.order);
    case StatisticKind::covariance:
      return "cov";
    case StatisticKind::correlation:
      return "cor";
    case StatisticKind::atom:
      return "atom";
    case StatisticKind::sojourn:
      return "sojourn";
    case StatisticKind::visits:
      return "visits";
    case StatisticKind::probability:
      return "probability";
  }
  return "";
}

bool takes_two_rewards(StatisticKind kind) {
  return kind == StatisticKind::covariance || kind == StatisticKind::correlation;
}

bool takes_no_reward(StatisticKind kind) {
  return kind == StatisticKind::sojourn || kind == StatisticKind::visits ||
         kind == StatisticKind::probability;
}

unsigned order_needed(const Statistic& statistic) {
  switch (statistic.kind) {
    case StatisticKind::mean:
    case StatisticKind::covariance:
    case StatisticKind::atom:
    case StatisticKind::sojourn:
    case StatisticKind::visits:
    case StatisticKind::probability:
      return 1;
    case StatisticKind::variance:
    case StatisticKind::standard_deviation:
    case StatisticKind::correlation:
      return 2;
    case StatisticKind::skewness:
      return 3;
    case StatisticKind::kurtosis:
      return 4;
    case StatisticKind::moment:
    case StatisticKind::central:
      return statistic.order;
  }
  return 1;
}

}  // namespace phasic
