#include "model/library.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

std::unique_ptr<Model> load_library(const std::string& name, const std::vector<std::string>& given = {},
                                    const Limits& limits = {}) {
  const std::string bytes =
      read_text_file(std::string(PHASIC_MODEL_LIBRARIES) + "/" + name + ".so", std::size_t{1} << 30);
  const auto elf = std::as_bytes(std::span(bytes));
  return load_library_model(name + ".so", elf, assignments(given), limits, library_code_parts(elf));
}

Graph library_graph(const std::string& name, const std::vector<std::string>& given = {}) {
  const auto model = load_library(name, given);
  return explore(*model, Limits{}, Log("test", LogLevel::off));
}

TEST(LibraryModel, TwoLocusArgIsTheSameObjectInCppAndInLua) {
  for (int n = 2; n <= 8; ++n) {
    const std::vector<std::string> given{fmt::format("n={}", n)};
    EXPECT_EQ(library_graph("two_locus_arg", given).hash(),
              graph_of(example("two_locus_arg.lua"), given).hash())
        << n;
  }
}

}  // namespace
}  // namespace phasic::test
