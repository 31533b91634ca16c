// The tokens of a C++ file, as its compiler's first step sees them. A compiled model's request key is made
// from them, so that comments, white space, line breaks and the file's name do not count, and a changed
// constant, name or default does. Nothing is expanded: what a macro or an inactive branch says counts too.
//
// What a file says may depend on more than its tokens; then more of it counts:
//   - a macro that makes text of its argument (#x) sees whether there are blanks between tokens;
//   - __LINE__, __FILE__ or std::source_location see where they stand: such a file counts byte by byte.
// Line numbers in the message of an assertion are those of the file as it was compiled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"

namespace phasic {

struct CppInclude {
  std::string name;  ///< between its quotes
  std::uint32_t line = 1;
};

/// What makes the outcome of a compilation unknowable from the source files: `line` says where.
struct CppFault {
  std::uint32_t line = 1;
  std::string what;
  std::string remedy;
};

struct CppTokens {
  std::string stream;                ///< kinds, lengths and texts
  std::string blanks;                ///< for each token, whether a blank comes before it
  std::vector<CppInclude> includes;  ///< with quotes, those only asked for with __has_include too
  std::vector<CppFault> faults;
  enum class Sees { tokens, places } sees = Sees::tokens;
  enum class MakesText { no, yes } makes_text = MakesText::no;
};

/// Splits a source where C++ does. Never fails: what a compiler would refuse becomes some token, and it says
/// so.
CppTokens cpp_tokens(std::string_view source);

/// A digest of what a file says: equal only if two files say the same. `makes_text` is whether any file of
/// the model has a macro that does.
DigestBytes cpp_digest(std::string_view source, const CppTokens& tokens, CppTokens::MakesText makes_text);

}  // namespace phasic
