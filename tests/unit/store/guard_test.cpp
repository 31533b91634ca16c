#include "store/guard.hpp"

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class Guard : public testing::Test {
 protected:
  Guard() {
    fs::create_directory(scratch_.root());
    ::chmod(scratch_.root().c_str(), 0700);
  }
  [[nodiscard]] OpenDirectory root() const { return Tree(scratch_.root(), {}).open_root(Missing::leave); }
  [[nodiscard]] std::string refusal() const {
    const auto reason = reason_to_refuse(root(), settings_);
    return reason ? reason->what : "";
  }
  ScratchDirectory scratch_;
  StoreSettings settings_;
};

TEST_F(Guard, AcceptsAnEmptyDirectoryOfOurs) {
  EXPECT_EQ(refusal(), "");
}

TEST_F(Guard, RefusesADirectoryThatOthersMayWriteUnlessTrusted) {
  ::chmod(scratch_.root().c_str(), 0775);
  EXPECT_EQ(refusal(), "others may write there (mode 0775)");
  EXPECT_FALSE(is_usable(root(), Layer::graphs, settings_));
  settings_.trust_others = true;
  EXPECT_EQ(refusal(), "");
  EXPECT_TRUE(is_usable(root(), Layer::graphs, settings_));
}

TEST_F(Guard, RefusesAStrangersDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  ASSERT_EQ(::chown(scratch_.root().c_str(), 4711, 4711), 0);
  EXPECT_EQ(refusal(), "it belongs to user 4711");
}

TEST_F(Guard, NeverLoadsCompiledModelsFromADirectoryOfOthers) {
  EXPECT_TRUE(is_usable(root(), Layer::compiled, settings_));
  ::chmod(scratch_.root().c_str(), 0777);
  settings_.trust_others = true;
  EXPECT_FALSE(is_usable(root(), Layer::compiled, settings_));
}

TEST_F(Guard, RefusesANewerLayoutOnly) {
  write_text(scratch_.root() / "VERSION", "2\n");
  EXPECT_EQ(refusal(), "its layout is version 2, this phasic knows 1");
  for (const char* text : {"1\n", "0\n", "", "2", "garbage\n", "99999999999999999999999\n"}) {
    write_text(scratch_.root() / "VERSION", text);
    EXPECT_EQ(refusal(), "") << text;
  }
}

TEST_F(Guard, MarksADirectoryAsACacheOnce) {
  EXPECT_EQ(mark_as_cache(root(), settings_), 0);
  EXPECT_EQ(all_files(scratch_.root()), (std::vector<std::string>{"CACHEDIR.TAG", "VERSION"}));
  age(scratch_.root() / "VERSION", std::chrono::hours(1));
  const std::time_t before = modified(scratch_.root() / "VERSION");
  EXPECT_EQ(mark_as_cache(root(), settings_), 0);
  EXPECT_EQ(modified(scratch_.root() / "VERSION"), before);
  write_text(scratch_.root() / "VERSION", "");
  EXPECT_EQ(mark_as_cache(root(), settings_), 0);
  EXPECT_EQ(file_text(scratch_.root() / "VERSION"), "1\n");
}

}  // namespace
}  // namespace phasic
