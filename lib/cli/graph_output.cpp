#include "cli/graph_output.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/theta.hpp"
#include "graph/rate_text.hpp"
#include "graph/write_dot.hpp"
#include "graph/write_json.hpp"
#include "graph/write_matrix.hpp"
#include "moments/complaint.hpp"
#include "replay/terms.hpp"
#include "trace/components.hpp"
#include "trace/record.hpp"

namespace phasic {

namespace {

constexpr std::uint64_t most_pictured_vertices = 200;

enum class GraphFormat { json, matrix, initial, transitions, labels, dot };

constexpr std::array<std::pair<std::string_view, GraphFormat>, 6> formats{{{"json", GraphFormat::json},
                                                                           {"mtx", GraphFormat::matrix},
                                                                           {"initial", GraphFormat::initial},
                                                                           {"tra", GraphFormat::transitions},
                                                                           {"lab", GraphFormat::labels},
                                                                           {"dot", GraphFormat::dot}}};

GraphFormat read_format(const std::string& text) {
  for (const auto& [name, format] : formats) {
    if (name == text) return format;
  }
  throw UsageError({"--format",
                    fmt::format("'{}' is no format", text),
                    "there are json, mtx, initial, tra, lab and dot",
                    {}});
}

/// The rates of all classes at the theta that is asked for.
std::vector<double> rates_at(const Graph& graph, const std::optional<std::string>& theta) {
  const std::vector<double> values = theta ? parse_theta(graph.terms(), *theta).theta : std::vector<double>{};
  const Trace trace = record(graph, {});
  std::vector<double> rates = class_weights(trace, evaluate_terms(graph.terms(), values, 0.0));
  if (const std::string complaint = complaint_about(graph, trace, rates); !complaint.empty()) {
    throw InputError({"--theta", complaint, "", {}});
  }
  return rates;
}

std::vector<double> required_rates(const Graph& graph, const GraphOutputOptions& options) {
  if (options.theta || graph.terms().parameters.empty()) return rates_at(graph, options.theta);
  throw UsageError(
      {"--format " + options.format,
       "no theta given; this format holds numbers",
       fmt::format("the model's parameters are {}: give --theta", fmt::join(graph.terms().parameters, ", ")),
       {}});
}

std::vector<std::vector<VertexId>> components_of(const Graph& graph) {
  const Components components = strongly_connected_components(transient_edges(graph));
  std::vector<std::vector<VertexId>> result;
  for (std::size_t c = 0; c < components.count(); ++c) {
    if (components[c].size() < 2) continue;
    std::vector<VertexId>& members = result.emplace_back();
    for (const std::uint32_t member : components[c]) members.push_back(member + 1);
  }
  return result;
}

void require_pictured(const Graph& graph, const std::string& limit) {
  std::uint64_t most = most_pictured_vertices;
  if (!limit.empty()) {
    const auto number = parse_unsigned(limit);
    if (!number) {
      throw UsageError({"--max-vertices",
                        fmt::format("'{}' is no number", limit),
                        "give an integer >= 0; 0 is no limit",
                        {}});
    }
    most = *number;
  }
  if (most == 0 || graph.vertex_count() <= most) return;
  throw LimitError({"--format dot",
                    fmt::format("a picture of {} vertices tells nothing, and would take long to draw",
                                graph.vertex_count()),
                    fmt::format("build a smaller model, or raise --max-vertices (now {}; 0: no limit)", most),
                    {}});
}

}  // namespace

void write_graph(const Graph& graph, const GraphOutputOptions& options, const TextSink& sink) {
  const GraphFormat format = read_format(options.format);
  const bool takes_theta =
      format == GraphFormat::matrix || format == GraphFormat::transitions || format == GraphFormat::dot;
  if (options.theta && !takes_theta) {
    throw UsageError({"--theta",
                      "is given with --format " + options.format,
                      "what it prints does not depend on theta",
                      {}});
  }
  switch (format) {
    case GraphFormat::json:
      return write_json(graph, sink);
    case GraphFormat::matrix:
      return write_matrix(graph, required_rates(graph, options), sink);
    case GraphFormat::initial:
      return write_start_vector(graph, sink);
    case GraphFormat::transitions:
      return write_transitions(graph, required_rates(graph, options), sink);
    case GraphFormat::labels:
      return write_labels(graph, sink);
    case GraphFormat::dot:
      require_pictured(graph, options.max_vertices);
      return write_dot(
          graph,
          {options.theta ? rates_at(graph, options.theta) : std::vector<double>{}, components_of(graph)},
          sink);
  }
}

}  // namespace phasic
