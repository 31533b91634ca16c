#include "moments/statistic.hpp"

namespace phasic {

std::string name_of(const Statistic& statistic) {
  switch (statistic.kind) {
    case StatisticKind::mean:
      return "mean";
    case StatisticKind::variance:
      return "variance";
    case StatisticKind::moment:
      return "moment" + std::to_string(statistic.order);
  }
  return "";
}

unsigned order_needed(const Statistic& statistic) {
  switch (statistic.kind) {
    case StatisticKind::mean:
      return 1;
    case StatisticKind::variance:
      return 2;
    case StatisticKind::moment:
      return statistic.order;
  }
  return 1;
}

}  // namespace phasic
