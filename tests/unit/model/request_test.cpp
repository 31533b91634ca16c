#include "model/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::Contains;
using ::testing::Not;

const std::string model =
    "local n = param('n', 6)\nlocal dummy = param('dummy', 0)\n"
    "initial { [1] = n }\ntransitions(function(state, emit) end)\n";

std::vector<RequestPart> parts(const std::string& source, const std::vector<std::string>& given = {}) {
  return load(source, given)->request_parts();
}

TEST(Request, FormattingDoesNotCount) {
  const std::string commented =
      "-- a header\n  local n=param('n',6)local dummy = param('dummy', 0) --[[ more ]]\n\n"
      "initial {[1]=n} transitions( function(state,emit) end )";
  EXPECT_EQ(parts(model), parts(commented));
}

TEST(Request, TheFilesNameDoesNotCount) {
  const auto renamed = load_lua_model("/other/name.lua", model, {}, {});
  EXPECT_EQ(parts(model), renamed->request_parts());
}

TEST(Request, AValueEqualToTheDefaultIsTheDefault) {
  EXPECT_EQ(parts(model), parts(model, {"n=6"}));
  EXPECT_EQ(parts(model), parts(model, {"n=7", "n=6", "dummy=0"}));
}

TEST(Request, EveryParameterCountsEvenOneThatChangesNothing) {
  EXPECT_NE(parts(model), parts(model, {"n=8"}));
  EXPECT_NE(parts(model), parts(model, {"dummy=42"}));
  EXPECT_THAT(parts(model, {"n=8"}), Contains(RequestPart{"param n", "integer 8"}));
}

TEST(Request, TheTypeOfAParameterCounts) {
  const std::string number = "param('x', 1.0) initial { [1] = 1 } transitions(function() end)";
  EXPECT_THAT(parts(number), Contains(RequestPart{"param x", "number 1.0"}));
  EXPECT_THAT(parts(number, {"x=2"}), Contains(RequestPart{"param x", "number 2.0"}));
}

TEST(Request, LimitsDoNotCount) {
  Limits limits;
  limits.instructions = 1'000'000'000;
  EXPECT_EQ(parts(model), load(model, {}, limits)->request_parts());
}

TEST(Request, NamesTheVersionsOfWhatMakesTheGraph) {
  EXPECT_THAT(parts(model), Contains(RequestPart{"exploration", std::to_string(exploration_version)}));
  EXPECT_THAT(parts(model), Contains(::testing::Field(&RequestPart::name, "graph format")));
  EXPECT_THAT(parts(model), Contains(RequestPart{"language", "lua 5.4"}));
}

}  // namespace
}  // namespace phasic::test
