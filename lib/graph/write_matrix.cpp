#include "graph/write_matrix.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

constexpr double smallest_stay = 8 * std::numeric_limits<double>::epsilon();

/// Calls `take(from, to, rate)` for every edge of a transient state whose rate is not 0, and `end(from, sum)`
/// behind each row, with the sum of its rates.
template <class Take, class End>
void for_each_row(const Graph& graph, std::span<const double> rates, const Take& take, const End& end) {
  for (VertexId v = 1; v <= graph.transient_count(); ++v) {
    double sum = 0;
    for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
      const double rate = rates[graph.classes()[e]];
      if (rate == 0) continue;
      sum += rate;
      take(v, graph.targets()[e], rate);
    }
    end(v, sum);
  }
}

/// The probability to stay; what is only rounding is none.
double stay_probability(double sum) {
  const double stay = 1 - sum;
  return stay > smallest_stay ? stay : 0;
}

struct Line {
  VertexId from;
  VertexId to;
  double value;
};

// In the order of columns, with the diagonal in its place.
std::vector<Line> matrix_lines(const Graph& graph, std::span<const double> rates) {
  std::vector<Line> lines;
  std::vector<Line> row;
  const auto take = [&](VertexId from, VertexId to, double rate) {
    if (graph.is_transient(to)) row.push_back({from, to, rate});
  };
  const auto end = [&](VertexId from, double sum) {
    const double diagonal = graph.time() == TimeKind::discrete ? stay_probability(sum) : -sum;
    auto place = row.begin();
    while (place != row.end() && place->to < from) ++place;
    if (diagonal != 0) row.insert(place, {from, from, diagonal});
    lines.insert(lines.end(), row.begin(), row.end());
    row.clear();
  };
  for_each_row(graph, rates, take, end);
  return lines;
}

void write_coordinates(std::string_view comment, std::size_t rows, std::size_t columns,
                       std::span<const Line> lines, const TextSink& sink) {
  ChunkedText text(sink);
  text.add("%%MatrixMarket matrix coordinate real general\n").add(comment);
  text.add(fmt::format("{} {} {}\n", rows, columns, lines.size()));
  for (const auto& [from, to, value] : lines) {
    text.add(fmt::format("{} {} {}\n", from, to, shortest_text(value)));
  }
  text.finish();
}

}  // namespace

void write_matrix(const Graph& graph, std::span<const double> rates, const TextSink& sink) {
  write_coordinates(graph.time() == TimeKind::discrete ? "% probabilities between transient states\n"
                                                       : "% rates between transient states\n",
                    graph.transient_count(), graph.transient_count(), matrix_lines(graph, rates), sink);
}

void write_start_vector(const Graph& graph, const TextSink& sink) {
  std::vector<Line> lines;
  for (std::uint32_t e = 0; e < graph.row_offsets()[1]; ++e) {
    const VertexId to = graph.targets()[e];
    if (graph.is_transient(to)) lines.push_back({1, to, graph.coefficients(graph.classes()[e])[0]});
  }
  write_coordinates("% probabilities to start\n", 1, graph.transient_count(), lines, sink);
}

void write_transitions(const Graph& graph, std::span<const double> rates, const TextSink& sink) {
  std::vector<Line> lines;
  const auto take = [&](VertexId from, VertexId to, double rate) { lines.push_back({from, to, rate}); };
  const auto end = [&](VertexId from, double sum) {
    if (graph.time() != TimeKind::discrete || stay_probability(sum) == 0) return;
    auto place = lines.end();
    while (place != lines.begin() && (place - 1)->from == from && (place - 1)->to > from) --place;
    lines.insert(place, {from, from, stay_probability(sum)});
  };
  for_each_row(graph, rates, take, end);
  for (auto v = static_cast<VertexId>(graph.transient_count() + 1); v < graph.vertex_count(); ++v) {
    lines.push_back({v, v, 1});
  }
  ChunkedText text(sink);
  text.add(fmt::format("{} {}\n", graph.vertex_count() - 1, lines.size()));
  for (const auto& [from, to, value] : lines) {
    text.add(fmt::format("{} {} {}\n", from - 1, to - 1, shortest_text(value)));
  }
  text.finish();
}

void write_labels(const Graph& graph, const TextSink& sink) {
  if (graph.row_offsets()[1] != 1 || graph.coefficients(graph.classes()[0])[0] != 1) {
    throw InputError({"",
                      "the chain does not start in one state",
                      "PRISM's models do; `--format json` has every start probability",
                      {}});
  }
  ChunkedText text(sink);
  text.add("0=\"init\" 1=\"absorbed\"\n");
  const VertexId start = graph.targets()[0];
  if (graph.is_transient(start)) text.add(fmt::format("{}: 0\n", start - 1));
  for (auto v = static_cast<VertexId>(graph.transient_count() + 1); v < graph.vertex_count(); ++v) {
    text.add(fmt::format("{}:{} 1\n", v - 1, v == start ? " 0" : ""));
  }
  text.finish();
}

}  // namespace phasic
