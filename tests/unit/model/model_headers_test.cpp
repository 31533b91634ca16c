#include "model/model_headers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"

namespace phasic {
namespace {

TEST(ModelHeaders, AreTheFilesOfTheSourceTree) {
  const std::filesystem::path include = std::filesystem::path(PHASIC_SOURCE_DIR) / "include";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(include / "phasic")) {
    const std::string name = "phasic/" + entry.path().filename().string();
    const auto found = std::ranges::find(model_headers(), name, &EmbeddedHeader::name);
    ASSERT_NE(found, model_headers().end()) << name;
    EXPECT_EQ(found->text, read_text_file(entry.path(), std::size_t{1} << 20)) << name;
    ++files;
  }
  EXPECT_EQ(files, model_headers().size());
}

}  // namespace
}  // namespace phasic
