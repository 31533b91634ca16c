// Graphs in other programs' formats: edge lists, the Python library's JSON, Matrix Market, DRN. A line `%%
// initial` in the text begins the start vector of a matrix. What is accepted comes back as the same graph
// from the JSON that is written of it.
#include <optional>

#include "fuzz/input.hpp"
#include "fuzz/use_graph.hpp"
#include "graph/read_drn.hpp"
#include "graph/read_edges.hpp"
#include "graph/read_json.hpp"
#include "graph/read_matrix.hpp"
#include "graph/write_json.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

void require_round_trip(const Graph& graph) {
  std::string json;
  write_json(graph, [&](std::string_view text) { json += text; });
  if (make_imported_graph(read_json(json, "again"), "again").hash() != graph.hash()) {
    throw InternalError({"", "what was accepted does not come back from its JSON", "", {}});
  }
}

void use(Imported imported) {
  const Graph graph = make_imported_graph(std::move(imported), "input");
  require_round_trip(graph);
  trace_and_ask(graph);
}

void read_as_matrix(std::string_view text, TimeKind time) {
  constexpr std::string_view mark = "%% initial\n";
  const std::size_t place = text.find(mark);
  std::optional<MatrixText> initial;
  if (place != std::string_view::npos) initial = {text.substr(place + mark.size()), "initial"};
  use(read_matrix({text.substr(0, place), "matrix"}, initial, time));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  for (const TimeKind time : {TimeKind::continuous, TimeKind::discrete}) {
    accepts([&] { use(read_edges(text, "edges", time)); });
    accepts([&] { read_as_matrix(text, time); });
  }
  accepts([&] { use(read_json(text, "json")); });
  accepts([&] { use(read_drn(text, "drn", "")); });
  accepts([&] { use(read_drn(text, "drn", "down")); });
  return 0;
}
