// Lines of PHASIC_STATS_LOG.
#include "cli/run_tally.hpp"
#include "fuzz/input.hpp"

using namespace phasic;
using namespace phasic::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RunTally tally;
  for (const std::string_view line : split(text_of(data, size), '\n')) tally.take(line);
  (void)tally.sum();
  return 0;
}
