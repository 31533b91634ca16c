#include "model/state_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace phasic {

namespace {
constexpr std::size_t longest_in_full = 12;
constexpr std::size_t most_entries = 24;
}  // namespace

std::string state_text(std::span<const std::int32_t> state, std::size_t first) {
  if (state.size() <= longest_in_full) return fmt::format("({})", fmt::join(state, ", "));
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < state.size() && entries.size() <= most_entries; ++i) {
    if (state[i] != 0) entries.push_back(fmt::format("[{}]={}", i + first, state[i]));
  }
  if (entries.size() > most_entries) entries.back() = "...";
  return fmt::format("{{{}}}", fmt::join(entries, ", "));
}

}  // namespace phasic
