// What stands in a DRN file before its states.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_lines.hpp"
#include "graph/drn_values.hpp"
#include "graph/graph.hpp"

namespace phasic {

struct DrnHeader {
  TimeKind time = TimeKind::continuous;
  std::vector<std::string> rewards;
  std::uint64_t states = 0;              ///< as claimed
  std::optional<std::uint64_t> choices;  ///< as claimed
};

/// Reads up to and with the line `@model`; parameters and placeholders go to `values`. Throws MissingError
/// for an empty text, InputError at `where:line` for kinds of models that are no Markov chains.
DrnHeader read_drn_header(TextLines& lines, const std::string& where, DrnValues& values);

/// The words between blanks and TABs.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace phasic
