#include "cli/provenance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(Provenance, SaysWhoMadeItWhereAndWhen) {
  const Provenance made = made_by("phasic-build");
  EXPECT_THAT(value_of(made, "tool"), ::testing::MatchesRegex("phasic-build [0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_FALSE(value_of(made, "host").empty());
  EXPECT_THAT(
      value_of(made, "time"),
      ::testing::MatchesRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z"));
  EXPECT_EQ(value_of(made, "weather"), "");
}

TEST(ShellQuoting, QuotesOnlyWhatAShellWouldChange) {
  EXPECT_EQ(shell_quoted("/home/ada/two_locus.lua"), "/home/ada/two_locus.lua");
  EXPECT_EQ(shell_quoted("n=6.5"), "n=6.5");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("a b"), "'a b'");
  EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
}

}  // namespace
}  // namespace phasic
