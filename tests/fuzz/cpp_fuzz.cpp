// The tokens of C++ sources, and their digest.
#include "fuzz/input.hpp"
#include "model/cpp_tokens.hpp"

using namespace phasic;
using namespace phasic::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source = text_of(data, size);
  const CppTokens tokens = cpp_tokens(source);
  for (const auto makes_text : {CppTokens::MakesText::no, CppTokens::MakesText::yes}) {
    (void)cpp_digest(source, tokens, makes_text);
  }
  return 0;
}
