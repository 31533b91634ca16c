// Model files, under limits low enough for thousands a second: loaded, explored, traced and asked. A first
// line
// `-- -p n=6 -p text=x` assigns parameters.
#include <cmath>

#include "cli/model_help.hpp"
#include "fuzz/input.hpp"
#include "fuzz/use_graph.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"
#include "model/tokens.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

constexpr Limits limits{20'000, std::uint64_t{8} << 20U, 60, 1};

std::vector<Assignment> assignments_of(std::string_view source) {
  constexpr std::string_view mark = "-- ";
  std::vector<Assignment> assignments;
  if (!source.starts_with(mark)) return assignments;
  const auto words = split(source.substr(mark.size(), source.find('\n') - mark.size()), ' ');
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "-p") assignments.push_back(parse_assignment(words[i + 1]));
  }
  return assignments;
}

void read(std::string_view source) {
  accepts([&] {
    // No such directory: nothing is there to be included.
    const auto model =
        load_lua_model("/nonexistent/model.lua", std::string(source), assignments_of(source), limits);
    (void)model->request_parts();
    (void)model_help("model.lua", model->declaration());
    trace_and_ask(explore(*model, limits, 1, Log("fuzz", LogLevel::off)));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source = text_of(data, size);
  (void)lua_tokens(source);
  read(source);
  return 0;
}
