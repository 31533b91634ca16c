#include "model/cpp_tokens.hpp"

#include <gtest/gtest.h>

#include "model/cpp_lexer.hpp"

namespace phasic {
namespace {

using Texts = std::vector<std::string>;

Texts texts(std::string_view source) {
  Texts found;
  CppLexer lexer(source);
  while (const auto token = lexer.next()) found.push_back(token->text);
  return found;
}

DigestBytes digest(std::string_view source) {
  const CppTokens tokens = cpp_tokens(source);
  return cpp_digest(source, tokens, tokens.makes_text);
}

void expect_same(std::string_view one, std::string_view other) {
  EXPECT_EQ(digest(one), digest(other)) << one << "\n---\n" << other;
}
void expect_different(std::string_view one, std::string_view other) {
  EXPECT_NE(digest(one), digest(other)) << one << "\n---\n" << other;
}

Texts included(std::string_view source) {
  Texts names;
  for (const CppInclude& include : cpp_tokens(source).includes) names.push_back(include.name);
  return names;
}

TEST(CppTokens, LeaveOutBlanksCommentsAndLineBreaks) {
  expect_same("int a=b+1;", "int  a =\n b + 1 ; // why\n");
  expect_same("int a;", "/* one\n * two */ int /**/ a;\r\n");
  expect_same("int a;", "\xEF\xBB\xBFint a;");
  expect_different("inta;", "int a;");
}

TEST(CppTokens, KeepWhatIsSaid) {
  expect_different("int a = 1;", "int a = 2;");
  expect_different("int a = 1;", "int b = 1;");
  expect_different("a + +b", "a ++b");
  expect_different("a < ::b", "a <: :b");
  expect_different("'a'", "\"a\"");
  expect_different("f(1, 2)", "f(12)");
  expect_different("f(\"a\" \"b\")", "f(\"ab\")");
}

TEST(CppTokens, TakeTheLongestSymbol) {
  EXPECT_EQ(texts("a<<=b->*c<=>d...e::f"),
            (Texts{"a", "<<=", "b", "->*", "c", "<=>", "d", "...", "e", "::", "f"}));
  EXPECT_EQ(texts("x<::y"), (Texts{"x", "<", "::", "y"}));
  EXPECT_EQ(texts("x<::>"), (Texts{"x", "<:", ":>"}));
  EXPECT_EQ(texts("x<:y"), (Texts{"x", "<:", "y"}));
}

TEST(CppTokens, KnowNumbersWithSeparatorsExponentsAndSuffixes) {
  EXPECT_EQ(texts("1'000'000+1.5e-3+0x1p+4+.5f+1e5_km"),
            (Texts{"1'000'000", "+", "1.5e-3", "+", "0x1p+4", "+", ".5f", "+", "1e5_km"}));
  // The quote that separates digits begins no character.
  EXPECT_EQ(texts("f(1'2, 'a')"), (Texts{"f", "(", "1'2", ",", "'a'", ")"}));
  expect_different("1'000", "1000'");
}

TEST(CppTokens, SeeNoCommentInAString) {
  EXPECT_EQ(texts(R"(a = "// no \" comment /*"; b)"),
            (Texts{"a", "=", R"("// no \" comment /*")", ";", "b"}));
  EXPECT_EQ(texts(R"('"' '\'' u8"x" L'y' "z"s)"), (Texts{"'\"'", R"('\'')", "u8\"x\"", "L'y'", "\"z\"s"}));
  expect_different(R"(f("a  b"))", R"(f("a b"))");
  // An apostrophe in what is skipped ends with its line.
  EXPECT_EQ(texts("#error don't\nint a;").back(), ";");
}

TEST(CppTokens, ReadRawStringsToTheirOwnEnd) {
  EXPECT_EQ(texts("R\"(a)\" b)\""), (Texts{"R\"(a)\"", "b", ")", "\""}));
  EXPECT_EQ(texts("u8R\"x(a)\" /* b )x\" c"), (Texts{"u8R\"x(a)\" /* b )x\"", "c"}));
  // In a raw string a backslash at the end of a line continues nothing.
  expect_different("R\"(a\\\nb)\"", "R\"(ab)\"");
  expect_same("\"a\\\nb\"", "\"ab\"");
  // Not a raw string: the name ends in R, but is none of the prefixes.
  EXPECT_EQ(texts("FOR\"(a\""), (Texts{"FOR", "\"(a\""}));
}

TEST(CppTokens, JoinLinesThatAreContinued) {
  expect_same("int abc;", "int ab\\\nc;");
  expect_same("int a;", "// a comment \\\n that goes on\nint a;");
  expect_same("#define A 1 + 2\n", "#define A 1 \\  \n  + 2\n");
  expect_same("a += b", "a +\\\n= b");
  EXPECT_EQ(included("#inc\\\nlude \"x.hpp\"\n"), Texts{"x.hpp"});
}

TEST(CppTokens, EndADirectiveWithItsLine) {
  expect_different("#define A\nb\n", "#define A b\n");
  expect_different("#define F(x) x\n", "#define F (x) x\n");
  expect_same("#define A 1\nint a;", "  #  define A /* one\n */ 1 // here\n\n\nint a;");
  expect_different("a #b\n", "a\n#b\n");
}

TEST(CppTokens, CountBlanksWhereAMacroMakesTextOfThem) {
  expect_same("#define F(x) x\nF(a+b)", "#define F(x) x\nF(a + b)");
  expect_different("#define F(x) #x\nF(a+b)", "#define F(x) #x\nF(a + b)");
  expect_different("#define F(x) %: x\nF(a+b)", "#define F(x) %: x\nF(a + b)");
  expect_same("#define F(x) #x\nF(a + b)", "#define F(x) #x\nF(a\n  + /* plus */ b)");
}

TEST(CppTokens, CountLinesWhereTheFileSeesThem) {
  expect_same("int a;\nint b;", "int a; int b;");
  for (const std::string see : {"__LINE__", "__FILE__", "std::source_location::current()"}) {
    expect_different("int a;\nauto b = " + see + ";", "int a; auto b = " + see + ";");
  }
}

TEST(CppTokens, NameWhatIsIncludedWithQuotes) {
  EXPECT_EQ(included("#include \"a.hpp\"\n #  include /* x */ \"b\\c.hpp\" // y\n%:include \"d\"\n"),
            (Texts{"a.hpp", "b\\c.hpp", "d"}));
  EXPECT_EQ(included("#include <a.hpp>\nint a; #include \"b\"\n// #include \"c\"\n/*\n#include \"d\"\n*/\n"),
            Texts{});
  EXPECT_EQ(included("R\"(\n#include \"a\"\n)\";\n\"\\\n#include\"\n"), Texts{});
  EXPECT_EQ(included("#import \"a\"\n#if __has_include(\"b\") && __has_include(<c>)\n#endif\n"),
            (Texts{"a", "b"}));
  EXPECT_EQ(cpp_tokens("\n\n#include \"a\"\n").includes[0].line, 3U);
  expect_different("#include <a//b>\n", "#include <a//c>\n");
}

TEST(CppTokens, RefuseWhatMakesTheOutcomeUnknowable) {
  const auto fault = [](std::string_view source) {
    const CppTokens tokens = cpp_tokens(source);
    return tokens.faults.size() == 1 ? std::to_string(tokens.faults[0].line) + ": " + tokens.faults[0].what
                                     : "none";
  };
  EXPECT_EQ(fault("\nauto day = __DATE__;"), "2: __DATE__ makes the model depend on when it is compiled");
  EXPECT_EQ(fault("#define X \"a\"\n#include X\n"), "2: #include of what X stands for");
  EXPECT_EQ(fault("#embed \"data\"\n"), "1: #embed of a file that is no part of the model's key");
  EXPECT_EQ(fault("#include_next \"a\"\n"), "1: #include_next with quotes depends on where the file lies");
  EXPECT_EQ(fault("#include \"a\"\n#include <b>\nint embed; // __DATE__\n"), "none");
}

TEST(CppTokens, TakeWhateverBytesThereAre) {
  for (const std::string_view source : {"\"",
                                        "'",
                                        "R\"",
                                        "R\"(",
                                        "/*",
                                        "//",
                                        "\\",
                                        "\\\n",
                                        "#",
                                        "#include",
                                        "#include \"",
                                        "#include <",
                                        "\xff",
                                        "1'",
                                        "1e+",
                                        "<",
                                        "%:",
                                        "u8R\"abcdefghijklmnopqrstuvw(",
                                        "__has_include(",
                                        "#if __has_include(\""}) {
    EXPECT_NO_THROW(digest(source)) << source;
  }
  EXPECT_NO_THROW(digest(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace phasic
