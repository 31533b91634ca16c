// Graphs in other programs' formats: edge lists, the Python library's JSON, Matrix Market. A line `%%
// initial` in the text begins the start vector of a matrix.
#include <optional>

#include "fuzz/input.hpp"
#include "fuzz/use_graph.hpp"
#include "graph/read_edges.hpp"
#include "graph/read_json.hpp"
#include "graph/read_matrix.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

void use(Imported imported) {
  trace_and_ask(make_imported_graph(std::move(imported), "input"));
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
  return 0;
}
