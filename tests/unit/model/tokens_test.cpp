#include "model/tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts(std::string_view source) {
  std::vector<std::string> result;
  for (const Token& token : lua_tokens(source)) result.emplace_back(token.text);
  return result;
}

TEST(Tokens, SplitAsLuaDoes) {
  EXPECT_THAT(texts("local n=param('n',6)"),
              ElementsAre("local", "n", "=", "param", "(", "'n'", ",", "6", ")"));
  EXPECT_THAT(texts("a.b..c...d"), ElementsAre("a", ".", "b", "..", "c", "...", "d"));
  EXPECT_THAT(texts("x==1 ~= 2<=3>=4//5::6<<7>>8"),
              ElementsAre("x", "==", "1", "~=", "2", "<=", "3", ">=", "4", "//", "5", "::", "6", "<<", "7",
                          ">>", "8"));
}

TEST(Tokens, NumeralsKeepTheirExponentAndItsSign) {
  EXPECT_THAT(texts("1e-5-2"), ElementsAre("1e-5", "-", "2"));
  EXPECT_THAT(texts("0x1p+4+.5"), ElementsAre("0x1p+4", "+", ".5"));
  EXPECT_THAT(texts("0xe-1"), ElementsAre("0xe", "-", "1"));
  EXPECT_THAT(texts("3..2"), ElementsAre("3..2"));
}

TEST(Tokens, CommentsOfEveryFormAreSkipped) {
  EXPECT_THAT(texts("a -- b\nc --[[ d\n e ]] f --[==[ ]] ]==] g --[ h\ni"),
              ElementsAre("a", "c", "f", "g", "i"));
  EXPECT_THAT(texts("a --[[ never closed"), ElementsAre("a"));
}

TEST(Tokens, StringsMayHoldWhatLooksLikeAComment) {
  EXPECT_THAT(texts(R"("a -- b" '\'' "\\" x)"), ElementsAre(R"("a -- b")", R"('\'')", R"("\\")", "x"));
  EXPECT_THAT(texts("[[ a\n]=] ]] [=[ ]] ]=] y"), ElementsAre("[[ a\n]=] ]]", "[=[ ]] ]=]", "y"));
  EXPECT_THAT(texts("\"a\\z  \n b\" c"), ElementsAre("\"a\\z  \n b\"", "c"));
}

TEST(Tokens, KnowTheirLine) {
  const auto tokens = lua_tokens("a\n--[[\n\n]] b [[\n]] c");
  ASSERT_EQ(tokens.size(), 4U);
  EXPECT_EQ(tokens[0].line, 1U);
  EXPECT_EQ(tokens[1].line, 4U);
  EXPECT_EQ(tokens[2].line, 4U);
  EXPECT_EQ(tokens[3].line, 5U);
}

TEST(TokenDigest, DoesNotCountFormatting) {
  const auto digest = token_digest("local n = param(\"n\", 6) -- size\nreturn n");
  EXPECT_EQ(digest, token_digest("local n=param(\"n\",6)return n"));
  EXPECT_EQ(digest,
            token_digest("--[[ header ]]\n\n\tlocal n =\r\n param( \"n\" , 6 )\n\n return n -- done"));
}

TEST(TokenDigest, CountsEveryToken) {
  const auto digest = token_digest("local n = 6");
  for (const char* other : {"local n = 7", "local m = 6", "local n = 6.0", "local n = '6'", "localn = 6",
                            "local n == 6", "local n = 6 6", "local n = -6", ""}) {
    EXPECT_NE(digest, token_digest(other)) << other;
  }
}

TEST(TokenDigest, TellsApartWhatRunsTogether) {
  EXPECT_NE(token_digest("a b"), token_digest("ab"));
  EXPECT_NE(token_digest("= ="), token_digest("=="));
  EXPECT_NE(token_digest("'a' 'b'"), token_digest("'a'  'b '"));
  EXPECT_NE(token_digest("1 .. 2"), token_digest("1..2"));
  EXPECT_NE(token_digest("'a  b'"), token_digest("'a b'"));
}

}  // namespace
}  // namespace phasic
