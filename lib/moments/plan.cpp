#include "moments/plan.hpp"

#include <algorithm>

#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

std::vector<double> by_position(const Trace& trace, const std::vector<double>& by_vertex) {
  std::vector<double> rewards;
  if (by_vertex.empty()) return rewards;
  rewards.reserve(trace.transient_count());
  for (const VertexId vertex : trace.vertices()) rewards.push_back(by_vertex[vertex]);
  return rewards;
}

}  // namespace

std::optional<Ingredient> special_ingredient(const Statistic& column) {
  switch (column.kind) {
    case StatisticKind::covariance:
    case StatisticKind::correlation:
      return Ingredient{Ingredient::Kind::product, column.reward, 1, column.other};
    case StatisticKind::atom:
      return Ingredient{Ingredient::Kind::atom, column.reward, 1, 0};
    case StatisticKind::sojourn:
      return Ingredient{Ingredient::Kind::sojourn, 0, 1, 0};
    case StatisticKind::visits:
      return Ingredient{Ingredient::Kind::visits, 0, 1, 0};
    case StatisticKind::probability:
      return Ingredient{Ingredient::Kind::probability, 0, 1, 0};
    default:
      return std::nullopt;
  }
}

Mpfr missing_at_start(const Trace& trace) {
  // From 1 to the last bit of the smallest double.
  constexpr mpfr_prec_t bits = 1200;
  const std::size_t n = trace.transient_count();
  Mpfr missing(bits, 1.0);
  for (std::uint32_t e = trace.rows().offsets[n]; e < trace.rows().offsets[n + 1]; ++e) {
    const double probability = trace.coefficients(trace.edge_classes()[e])[0];
    mpfr_sub_d(missing.get(), missing.get(), probability, MPFR_RNDN);
  }
  if (is_negative(missing)) set(missing, 0.0);
  return missing;
}

Plan::Plan(const Question& question, const Trace& trace)
    : orders_(question.rewards.size(), 1), first_moments_(question.rewards.size()), rows_(question.rows) {
  for (const Reward& reward : question.rewards) rewards_.push_back(by_position(trace, reward.values));
  for (const Statistic& column : question.columns) {
    const unsigned order = order_needed(column);
    orders_[column.reward] = std::max(orders_[column.reward], order);
    if (takes_two_rewards(column.kind)) orders_[column.other] = std::max(orders_[column.other], order);
    has_gradients_ = has_gradients_ || column.parameter.has_value();
  }
  for (std::size_t r = 0; r < orders_.size(); ++r) {
    first_moments_[r] = ingredients_.size();
    for (unsigned k = 1; k <= orders_[r]; ++k) ingredients_.push_back({Ingredient::Kind::moment, r, k, 0});
  }
  for (const Statistic& column : question.columns) {
    const auto special = special_ingredient(column);
    if (special && find(*special) == ingredients_.size()) ingredients_.push_back(*special);
  }
}

std::size_t Plan::product(std::size_t reward, std::size_t other) const {
  return find({Ingredient::Kind::product, reward, 1, other});
}

std::size_t Plan::find(const Ingredient& ingredient) const {
  return static_cast<std::size_t>(std::ranges::find(ingredients_, ingredient) - ingredients_.begin());
}

}  // namespace phasic
