#include "moments/complaint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/number_text.hpp"
#include "graph/rate_text.hpp"
#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

constexpr double largest_row_sum = 1 + 2 * std::numeric_limits<double>::epsilon();

double to_double(double number) {
  return number;
}
double to_double(const Mpfr& number) {
  return number.to_double();
}

std::string place_text(const Graph& graph, VertexId vertex) {
  return graph.state_length() == 0 ? fmt::format("vertex {}", vertex) : "state " + graph.state_text(vertex);
}

// The first edge of the class: one state to look at says more than a formula.
std::string edge_text(const Graph& graph, ClassId edge_class) {
  const auto edge =
      static_cast<std::uint32_t>(std::ranges::find(graph.classes(), edge_class) - graph.classes().begin());
  if (edge == graph.edge_count()) return "a rate that no edge has";
  const auto row = std::ranges::upper_bound(graph.row_offsets(), edge) - graph.row_offsets().begin() - 1;
  return fmt::format("the rate from {} to {}", place_text(graph, static_cast<VertexId>(row)),
                     place_text(graph, graph.targets()[edge]));
}

template <class Scalar>
std::string row_sum_complaint(const Graph& graph, const Trace& trace, std::span<const Scalar> weights) {
  const Adjacency& rows = trace.rows();
  for (std::size_t i = 0; i < trace.transient_count(); ++i) {
    Scalar sum = weights.front();
    set(sum, 0.0);
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e)
      add(sum, weights[trace.edge_classes()[e]]);
    if (to_double(sum) <= largest_row_sum) continue;
    return fmt::format("the probabilities out of {} add up to {}; at most 1 is right",
                       place_text(graph, trace.vertices()[i]), shortest_text(to_double(sum)));
  }
  return "";
}

template <class Scalar>
std::string complaint(const Graph& graph, const Trace& trace, std::span<const Scalar> weights) {
  for (ClassId c = 0; c < weights.size(); ++c) {
    if (is_finite(weights[c]) && !is_negative(weights[c])) continue;
    return fmt::format("{} is {} ({} = {}); rates are finite and >= 0", edge_text(graph, c),
                       is_negative(weights[c]) ? "negative" : "not finite",
                       rate_text(graph.terms(), graph.coefficients(c)), shortest_text(to_double(weights[c])));
  }
  return trace.time() == TimeKind::discrete ? row_sum_complaint(graph, trace, weights) : "";
}

}  // namespace

std::string complaint_about(const Graph& graph, const Trace& trace, std::span<const double> weights) {
  return complaint(graph, trace, weights);
}

std::string complaint_about(const Graph& graph, const Trace& trace, std::span<const Mpfr> weights) {
  return complaint(graph, trace, weights);
}

}  // namespace phasic
