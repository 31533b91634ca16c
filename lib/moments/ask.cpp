#include "moments/ask.hpp"

#include <limits>
#include <optional>

#include "base/number_text.hpp"

namespace phasic {

namespace {

const char* prefix_of(AskKind kind) {
  switch (kind) {
    case AskKind::density:
      return "pdf.";
    case AskKind::distribution:
      return "cdf.";
    case AskKind::survival:
      return "survival.";
    case AskKind::quantile:
      return "quantile.";
    case AskKind::laplace:
      return "laplace.";
  }
  return "";
}

std::optional<double> value_of(Distribution& distribution, const Ask& ask) {
  if (ask.kind == AskKind::laplace) return distribution.laplace(ask.at);
  if (ask.kind == AskKind::quantile) return distribution.quantile(ask.at);
  const auto point = distribution.at(ask.at);
  if (!point) return std::nullopt;
  return ask.kind == AskKind::density        ? point->density
         : ask.kind == AskKind::distribution ? point->distribution
                                             : point->survival;
}

}  // namespace

std::string name_of(const Ask& ask) {
  return prefix_of(ask.kind) + shortest_text(ask.at);
}

AskAnswer answer(Distribution& distribution, std::span<const Ask> asks) {
  AskAnswer found;
  for (const Ask& ask : asks) {
    const auto value = value_of(distribution, ask);
    if (!value) {
      found.values.assign(asks.size(), std::numeric_limits<double>::quiet_NaN());
      found.error = name_of(ask) + " is out of reach: too many jumps, and no contour fits";
      return found;
    }
    found.values.push_back(*value);
  }
  return found;
}

}  // namespace phasic
