#include "cli/model_help.hpp"

#include <gtest/gtest.h>

#include "model/lua_model.hpp"

namespace phasic::test {
namespace {

std::string help_of(const std::string& source, std::vector<Assignment> given = {}) {
  const std::string rest = " initial { [1] = 1 } transitions(function() end)";
  return model_help("m.lua", load_lua_model("m.lua", source + rest, std::move(given), {})->declaration());
}

TEST(ModelHelp, ListsWhatTheModelDeclares) {
  EXPECT_EQ(
      help_of("param('n', 6, 'sample size', { min = 1, max = 100 }) param('longer', 0.5) param('s', 'a b')"
              "parameters { 'a', 'b' } derived('d', function(t) return t.a end)"
              "reward('r', function() return 1 end) time 'discrete'",
              {{"n", "8"}}),
      "Model: m.lua\n"
      "Parameters (-p):\n"
      "  n       integer  6      from 1 to 100  sample size\n"
      "  longer  number   0.5\n"
      "  s       string   \"a b\"\n"
      "Theta (--theta): a, b\n"
      "Derived terms: d\n"
      "Rewards (--reward): r\n"
      "Time: discrete\n");
}

TEST(ModelHelp, ListsWhatCanBeCounted) {
  EXPECT_TRUE(help_of("indexer { group('g', property('size', 1, 2)), slots { 'epoch' } }")
                  .find("\nProperties (--reward count:): size, epoch\n") != std::string::npos);
}

TEST(ModelHelp, SaysWhatThereIsNotAndLeavesOutEmptyColumns) {
  EXPECT_EQ(help_of(""),
            "Model: m.lua\nParameters (-p): none\nTheta (--theta): none\nRewards (--reward): none\nTime: "
            "continuous\n");
  EXPECT_TRUE(help_of("param('n', 6, 'size')")
                  .starts_with("Model: m.lua\nParameters (-p):\n  n  integer  6  size\nTheta (--"));
}

}  // namespace
}  // namespace phasic::test
