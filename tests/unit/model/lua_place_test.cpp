#include "model/lua_place.hpp"

#include <gtest/gtest.h>

namespace phasic::test {
namespace {

TEST(LuaPlace, AMessageComesApartIntoFileLineAndText) {
  const SourceFiles files("dir/m.lua", "");
  const std::string chunk = chunk_name(0).substr(1);
  const Located located = take_apart(chunk + ":12: two\nlines of " + chunk + ":3", files);
  EXPECT_EQ(located.place.file, 0U);
  EXPECT_EQ(located.place.line, 12);
  EXPECT_EQ(located.text, "two lines of dir/m.lua:3");
  EXPECT_EQ(take_apart("plain", files).text, "plain");
  EXPECT_EQ(take_apart("plain", files).place.line, 0);
}

TEST(LuaPlace, MarksThatAModelMakesUpDoNoHarm) {
  const SourceFiles files("m.lua", "");
  for (const char* text : {"\x01", "\x01:", "\x01:x",
                           "\x01"
                           "99:7: a",
                           "\x01"
                           "99999999999999999999:7: a",
                           "\x01:7"}) {
    const Located located = take_apart(text, files);
    EXPECT_EQ(located.place.file, 0U) << text;
    EXPECT_EQ(located.text.find('\x01'), std::string::npos);
  }
}

}  // namespace
}  // namespace phasic::test
