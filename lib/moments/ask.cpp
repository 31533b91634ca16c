#include "moments/ask.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const char* word_of(AskKind kind) {
  switch (kind) {
    case AskKind::density:
      return "pdf";
    case AskKind::distribution:
      return "cdf";
    case AskKind::survival:
      return "survival";
    case AskKind::quantile:
      return "quantile";
    case AskKind::laplace:
      return "laplace";
  }
  return "";
}

double part_of(const Point& point, AskKind kind) {
  return kind == AskKind::density        ? point.density
         : kind == AskKind::distribution ? point.distribution
                                         : point.survival;
}

}  // namespace

std::vector<Ask> for_each_reward(std::span<const Ask> asked, std::size_t reward_count) {
  std::vector<Ask> asks;
  for (Ask ask : asked) {
    for (ask.reward = 0; ask.reward < reward_count; ++ask.reward) asks.push_back(ask);
  }
  return asks;
}

std::string point_text(const Ask& ask) {
  const bool is_rounded_to_one = ask.kind == AskKind::quantile && ask.at == 1;
  return is_rounded_to_one ? ask.decimal : shortest_text(ask.at);
}

std::string name_of(const Ask& ask) {
  return std::string(word_of(ask.kind)).append(".").append(point_text(ask));
}

std::string asked_text(std::string_view option, double at) {
  return std::string("--").append(option).append(" ").append(shortest_text(at));
}

std::string asked_text(const Ask& ask) {
  return std::string("--").append(word_of(ask.kind)).append(" ").append(point_text(ask));
}

std::vector<std::string> column_names(const Asking& asking, std::span<const Reward> rewards,
                                      const Terms& terms) {
  std::vector<std::string> names;
  for (const Ask& ask : asking.asks) {
    names.push_back(name_of(ask));
    if (rewards.size() > 1) names.back() += '.' + rewards[ask.reward].name;
  }
  if (asking.derivatives == Derivatives::none) return names;
  for (std::size_t i = 0; i < asking.asks.size(); ++i) {
    for (const std::string& parameter : terms.parameters)
      names.push_back(std::string("d.").append(names[i]).append(".").append(parameter));
  }
  return names;
}

void check_derivatives(const Asking& asking, TimeKind time) {
  const bool has_quantile =
      std::ranges::any_of(asking.asks, [](const Ask& ask) { return ask.kind == AskKind::quantile; });
  if (asking.derivatives == Derivatives::none || !has_quantile || time == TimeKind::continuous) return;
  throw InputError({"--quantile",
                    "in discrete time is a whole number, so it has no derivative but 0 between its steps",
                    "ask for quantiles without --gradient",
                    {}});
}

AskAnswerer::AskAnswerer(const Graph& graph, const Trace& trace, std::span<const Reward> rewards, Simd simd,
                         Asking asking)
    : asking_(std::move(asking)), parameter_count_(graph.terms().parameters.size()) {
  check_derivatives(asking_, trace.time());
  const bool has_derivatives = asking_.derivatives == Derivatives::by_every_parameter;
  if (asking_.bounds == Precision::Bounds::told) {
    rates_.emplace(graph, trace, has_derivatives ? RateReader::Slopes::wanted : RateReader::Slopes::none);
  }
  for (const Reward& reward : rewards) {
    distributions_.emplace_back(graph, trace, reward.values, simd);
    if (has_derivatives) gradients_.emplace_back(graph, trace, reward.values, simd);
  }
}

AskAnswer AskAnswerer::failed(std::string error) const {
  std::vector<double> bounds(rates_ ? column_count() : 0, nan);
  return {std::vector<double>(column_count(), nan), std::move(bounds), std::move(error)};
}

AskAnswer AskAnswerer::answer(const Theta& theta) {
  for (Distribution& distribution : distributions_) {
    if (std::string error = distribution.begin(theta.numbers); !error.empty())
      return failed(std::move(error));
  }
  for (DistributionGradient& gradient : gradients_) gradient.begin(theta.numbers);
  if (rates_) return bounded_answer(theta);
  AskAnswer found;
  for (const Ask& ask : asking_.asks) {
    const auto value = value_of(ask);
    if (!value) return failed(asked_text(ask) + " is out of reach: too many jumps, and no contour fits");
    found.values.push_back(*value);
  }
  if (gradients_.empty()) return found;
  for (const Ask& ask : asking_.asks) {
    const auto slopes = slopes_of(ask);
    if (!slopes) {
      return failed("the derivative of " + asked_text(ask) +
                    " is out of reach: too many jumps, and no contour fits");
    }
    found.values.insert(found.values.end(), slopes->begin(), slopes->end());
  }
  return found;
}

AskAnswer AskAnswerer::bounded_answer(const Theta& theta) {
  const RatesAt rates(*rates_, theta);
  const std::string unknown =
      " has no error bound: too many jumps to follow, and of other ways none is known";
  AskAnswer found;
  for (const Ask& ask : asking_.asks) {
    const auto number = bounded_value_of(ask, rates.doubles.count);
    if (!number) return failed(asked_text(ask) + unknown);
    found.values.push_back(number->value);
    found.bounds.push_back(number->error);
  }
  if (gradients_.empty()) return found;
  for (const Ask& ask : asking_.asks) {
    const auto slopes = bounded_slopes_of(ask, rates);
    if (!slopes) return failed("the derivative of " + asked_text(ask) + unknown);
    for (const auto& [value, error] : *slopes) {
      found.values.push_back(value);
      found.bounds.push_back(error);
    }
  }
  return found;
}

std::optional<Distribution::Bounded> AskAnswerer::bounded_value_of(const Ask& ask, double rate_count) {
  Distribution& distribution = distributions_[ask.reward];
  if (ask.kind == AskKind::laplace) return distribution.bounded_laplace(ask.at, rate_count);
  if (ask.kind == AskKind::quantile) return distribution.bounded_quantile(ask.at, rate_count);
  const auto found = distribution.bounded_at(ask.at, rate_count);
  if (!found) return std::nullopt;
  return Distribution::Bounded{part_of(found->value, ask.kind), part_of(found->error, ask.kind)};
}

std::optional<double> AskAnswerer::value_of(const Ask& ask) {
  Distribution& distribution = distributions_[ask.reward];
  if (ask.kind == AskKind::laplace) return distribution.laplace(ask.at);
  if (ask.kind == AskKind::quantile) return distribution.quantile(ask.at);
  const auto point = distribution.at(ask.at);
  if (!point) return std::nullopt;
  return part_of(*point, ask.kind);
}

std::optional<std::vector<double>> AskAnswerer::slopes_of(const Ask& ask) {
  DistributionGradient& gradient = gradients_[ask.reward];
  if (ask.kind == AskKind::laplace) return gradient.laplace(ask.at);
  if (ask.kind == AskKind::quantile) return slopes_of_quantile(ask);
  const auto points = gradient.at(ask.at);
  if (!points) return std::nullopt;
  std::vector<double> slopes;
  for (const Point& point : *points) slopes.push_back(part_of(point, ask.kind));
  return slopes;
}

/// F(q) = p stays so: F' + f q' = 0, with the smaller of the two probabilities, which has the better digits.
std::optional<std::vector<double>> AskAnswerer::slopes_of_quantile(const Ask& ask) {
  Distribution& distribution = distributions_[ask.reward];
  const auto quantile = distribution.quantile(ask.at);
  if (!quantile) return std::nullopt;
  if (*quantile == 0) return std::vector<double>(parameter_count_, 0.0);  // within the atom
  if (std::isinf(*quantile)) return std::vector<double>(parameter_count_, nan);
  const auto point = distribution.at(*quantile);
  const auto points = gradients_[ask.reward].at(*quantile);
  if (!point || !points) return std::nullopt;
  std::vector<double> slopes;
  for (const Point& slope : *points) {
    const double gained = ask.at <= 0.5 ? 0 - slope.distribution : slope.survival;
    slopes.push_back(point->density > 0 ? gained / point->density : nan);
  }
  return slopes;
}

std::optional<std::vector<Distribution::Bounded>> AskAnswerer::bounded_slopes_of(const Ask& ask,
                                                                                 const RatesAt& rates) {
  DistributionGradient& gradient = gradients_[ask.reward];
  if (ask.kind == AskKind::laplace) return gradient.bounded_laplace(ask.at, rates);
  if (ask.kind == AskKind::quantile) return bounded_slopes_of_quantile(ask, rates);
  const auto points = gradient.bounded_at(ask.at, rates);
  if (!points) return std::nullopt;
  std::vector<Distribution::Bounded> slopes;
  for (const auto& [value, error] : *points)
    slopes.push_back({part_of(value, ask.kind), part_of(error, ask.kind)});
  return slopes;
}

/// As without bounds, with what can change between the quantile that was found and the true one.
std::optional<std::vector<Distribution::Bounded>> AskAnswerer::bounded_slopes_of_quantile(
    const Ask& ask, const RatesAt& rates) {
  Distribution& distribution = distributions_[ask.reward];
  const auto quantile = distribution.bounded_quantile(ask.at, rates.doubles.count);
  if (!quantile) return std::nullopt;
  const auto [q, off] = *quantile;
  if (q == 0) return std::vector<Distribution::Bounded>(parameter_count_, {0, off});  // within the atom
  if (std::isinf(q)) return std::vector<Distribution::Bounded>(parameter_count_, {nan, infinity});
  const double time_count = off < q / 2 ? 2 * off / q * 0x1p53 : infinity;
  const auto point = distribution.bounded_at(q, rates.doubles.count);
  const auto points = gradients_[ask.reward].bounded_at(q, rates);
  const auto nearby = gradients_[ask.reward].bounded_at(q, rates, time_count);
  if (!point || !points || !nearby) return std::nullopt;
  const double density = point->value.density;
  const double of_density =
      point->error.density + off * distribution.steepest_density(q, rates.doubles.count, time_count);
  const double least_density = density - slack * of_density;
  const AskKind side = ask.at <= 0.5 ? AskKind::distribution : AskKind::survival;
  std::vector<Distribution::Bounded> slopes;
  for (std::size_t p = 0; p < points->size(); ++p) {
    const auto& [slope, error] = (*points)[p];
    const double gained = ask.at <= 0.5 ? 0 - slope.distribution : slope.survival;
    const double value = density > 0 ? gained / density : nan;
    const double steepest = std::fabs(slope.density) + (*nearby)[p].error.density;
    const double of_both = part_of(error, side) + off * steepest + std::fabs(value) * of_density;
    const double bound = slack * (of_both / least_density + 0x1p-53 * std::fabs(value));
    slopes.push_back({value, least_density > 0 && bound >= 0 ? bound : infinity});
  }
  return slopes;
}

}  // namespace phasic
