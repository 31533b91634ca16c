#include "graph/write_dot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "graph/rate_text.hpp"
#include "graph/state_label.hpp"

namespace phasic {

namespace {

constexpr double smallest_shown_part = 1e-12;  // of a probability to stay: what is less is rounding

constexpr std::string_view preamble = R"(digraph phasic {
  graph [rankdir=TB, nodesep=0.4, ranksep=0.5, pad=0.2, bgcolor="#ffffff",
         fontname="Helvetica,Arial,sans-serif", fontsize=10, fontcolor="#6b7680", labelloc=b];
  node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="#33536f", fontcolor="#1c2b39",
        fontname="Helvetica,Arial,sans-serif", fontsize=11, height=0.32, margin="0.12,0.05"];
  edge [color="#8b9aa8", fontcolor="#4a5763", fontname="Helvetica,Arial,sans-serif", fontsize=9,
        arrowsize=0.6];
  start [shape=circle, label="", tooltip="start", width=0.14, height=0.14, fillcolor="#1c2b39", color="#1c2b39"];
)";

/// Vertices in the order in which they are met from the start, breadth first, then the others. dot turns
/// edges back that lead against the order of mention, so this puts the start on top.
std::vector<VertexId> reading_order(const Graph& graph) {
  std::vector<VertexId> order{0};
  std::vector<bool> met(graph.vertex_count(), false);
  met[0] = true;
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::uint32_t e = graph.row_offsets()[order[i]]; e < graph.row_offsets()[order[i] + 1]; ++e) {
      const VertexId target = graph.targets()[e];
      if (!met[target]) order.push_back(target);
      met[target] = true;
    }
  }
  for (VertexId v = 1; v < graph.vertex_count(); ++v) {
    if (!met[v]) order.push_back(v);
  }
  return order;
}

/// `"..."`, with line breaks as they should appear.
std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result + '"';
}

class DotWriter {
 public:
  DotWriter(const Graph& graph, const DotOptions& options, const TextSink& sink)
      : graph_(graph), options_(options), labels_(graph), order_(reading_order(graph)), text_(sink) {}

  void run() {
    text_.add(preamble);
    if (const std::string key = labels_.key(); !key.empty()) {
      text_.add(fmt::format("  label={};\n", in_quotes(key)));
    }
    write_clusters();
    for (const VertexId v : order_) {
      if (v != 0) write_vertex(v);
    }
    for (std::uint32_t e = 0; e < graph_.row_offsets()[1]; ++e) write_start_edge(e);
    for (const VertexId v : order_) {
      if (!graph_.is_transient(v)) continue;
      for (std::uint32_t e = graph_.row_offsets()[v]; e < graph_.row_offsets()[v + 1]; ++e) {
        write_edge(v, graph_.targets()[e], edge_label(graph_.classes()[e]));
      }
      if (graph_.time() == TimeKind::discrete) write_stay(v);
    }
    text_.add("}\n").finish();
  }

 private:
  void write_clusters() {
    std::vector<std::size_t> place(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) place[order_[i]] = i;
    for (std::size_t c = 0; c < options_.components.size(); ++c) {
      std::vector<VertexId> members = options_.components[c];
      std::ranges::sort(members, {}, [&](VertexId v) { return place[v]; });
      text_.add(
          fmt::format("  subgraph cluster_{} {{ label=\"\"; style=\"rounded,filled\"; "
                      "color=\"#cddae5\"; fillcolor=\"#f1f6fa\";",
                      c));
      for (const VertexId v : members) text_.add(fmt::format(" v{};", v));
      text_.add(" }\n");
    }
  }

  void write_vertex(VertexId v) {
    const char* look = graph_.is_absorbing(v) ? ", peripheries=2, fillcolor=\"#eceff1\"" : "";
    text_.add(fmt::format("  v{} [label={}, tooltip=\"vertex {}\"{}];\n", v, in_quotes(labels_[v]), v, look));
  }

  void write_start_edge(std::uint32_t e) {
    const double probability = graph_.coefficients(graph_.classes()[e])[0];
    const std::string label =
        probability == 1 ? "" : fmt::format(" [label=\"{}\"]", short_number(probability));
    text_.add(fmt::format("  start -> v{}{};\n", graph_.targets()[e], label));
  }

  void write_edge(VertexId from, VertexId to, const std::string& label) {
    // Blanks keep the text off the line.
    text_.add(fmt::format("  v{} -> v{} [label={}];\n", from, to, in_quotes(" " + label + " ")));
  }

  [[nodiscard]] std::string edge_label(ClassId edge_class) const {
    if (!options_.rates.empty()) return short_number(options_.rates[edge_class]);
    return rate_text(graph_.terms(), graph_.coefficients(edge_class), NumberStyle::readable);
  }

  // What the probabilities out of a state lack to 1, it stays with.
  void write_stay(VertexId v) {
    std::vector<double> stay(graph_.terms().count(), 0.0);
    stay[0] = 1;
    double number = 1;
    for (std::uint32_t e = graph_.row_offsets()[v]; e < graph_.row_offsets()[v + 1]; ++e) {
      const ClassId edge_class = graph_.classes()[e];
      const auto coefficients = graph_.coefficients(edge_class);
      for (std::size_t t = 0; t < stay.size(); ++t) stay[t] -= coefficients[t];
      if (!options_.rates.empty()) number -= options_.rates[edge_class];
    }
    bool stays = false;
    for (double& part : stay) {
      if (std::fabs(part) < smallest_shown_part) part = 0;
      stays |= part != 0;
    }
    if (!options_.rates.empty()) {
      if (number > smallest_shown_part) write_edge(v, v, short_number(number));
    } else if (stays) {
      write_edge(v, v, rate_text(graph_.terms(), stay, NumberStyle::readable));
    }
  }

  const Graph& graph_;
  const DotOptions& options_;
  StateLabels labels_;
  std::vector<VertexId> order_;
  ChunkedText text_;
};

}  // namespace

void write_dot(const Graph& graph, const DotOptions& options, const TextSink& sink) {
  DotWriter(graph, options, sink).run();
}

}  // namespace phasic
