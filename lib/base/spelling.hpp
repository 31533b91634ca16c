// The name that a misspelt one was meant to be, for messages: `unknown option --thteta; did you mean
// --theta?`
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace phasic {

/// The candidate that takes the fewest insertions, deletions, replacements and swaps of neighbours to get to;
/// the first of several. Nothing if that is more than a third of the letters: then it would be a guess.
/// Texts of more than 200 bytes are not compared.
std::optional<std::string> nearest_spelling(std::string_view text, std::span<const std::string> candidates);

}  // namespace phasic
