// Theta on the command line, in a file, and on a grid. Two parameters.
#include <algorithm>

#include "cli/quantity.hpp"
#include "cli/theta.hpp"
#include "cli/theta_grid.hpp"
#include "fuzz/input.hpp"

using namespace phasic;
using namespace phasic::fuzz;

namespace {

const Terms terms{{"coalescence", "recombination"}, {}};
constexpr std::size_t most_rows = 1000;

void require_two_numbers(const ThetaRow& row) {
  if (row.theta.size() != 2) throw InternalError({row.where, "a row is not as long as theta", "", {}});
}

void take_rows(ThetaSource& source) {
  for (std::size_t i = 0; i < most_rows; ++i) {
    const auto row = source.next();
    if (!row) return;
    require_two_numbers(*row);
  }
}

// A grid may ask for a hundred million points, and gets them: that is memory well spent, but not here.
bool is_small_grid(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return false;
  }
  return true;
}

void read_grid(std::string_view text) {
  const auto lines = split(text, '\n');
  std::vector<std::string> axes(lines.begin() + 1, lines.end());
  accepts([&] {
    ThetaGrid grid(terms, axes, lines.front());
    take_rows(grid);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  accepts([&] { require_two_numbers(parse_theta(terms, text)); });
  accepts([&] {
    const Descriptor file = memory_file(text);
    ThetaFile rows(terms, path_of(file));
    take_rows(rows);
  });
  if (is_small_grid(text)) read_grid(text);
  (void)parse_size(text);
  (void)parse_span(text);
  return 0;
}
