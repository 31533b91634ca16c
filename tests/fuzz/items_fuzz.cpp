// The stream of items between the tools, without a cache: keys, objects, graphs with their traces.
#include <unistd.h>

#include "cli/item_source.hpp"
#include "cli/trace_command.hpp"
#include "fuzz/input.hpp"
#include "fuzz/seeds.hpp"
#include "moments/evaluate.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

constexpr std::size_t most_vertices = 200;

// As phasic-moments reads: a graph, then its trace where one follows.
void answer_all(ItemReader& reader, Store& store, const Log& log) {
  while (const auto item = next_graph(reader, store)) {
    const Graph graph = decode_graph(*item);
    if (graph.vertex_count() > most_vertices) continue;
    const auto found = obtain_trace(graph, reader, Recording::where_missing, store, log);
    Evaluator evaluator(graph, found.trace, {{{StatisticKind::mean}}});
    evaluator.answer(std::vector<double>(graph.terms().parameters.size(), 1));
  }
}

void read(std::string_view text) {
  accepts([&] {
    ItemSource source(memory_file(text), "input");
    while (source.next()) {
    }
  });
  accepts([&] {
    StoreSettings settings;
    settings.mode = CacheMode::off;
    const Log log("fuzz", LogLevel::off);
    Store store(settings, log);
    const Descriptor file = memory_file(text);
    ItemReader reader({path_of(file)}, store);
    answer_all(reader, store, log);
  });
}

std::string_view bytes_of(const Object& object) {
  return as_text(object.bytes());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Object> objects = seed_objects();
  const std::string_view text = text_of(data, size);
  read(text);
  // Something behind, between and before what is whole.
  const std::string first(bytes_of(objects[0]));
  const std::string second(bytes_of(objects[1]));
  read(first + std::string(text));
  read(first + std::string(text) + second);
  return 0;
}
