#include "model/compiled_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/processor.hpp"
#include "unit/model/directory.hpp"

namespace phasic {
namespace {

using test::Directory;

const std::vector<EmbeddedHeader> one_header{{"phasic/model.h", "int a; // one\n"}};

CppSources sources_of(const std::string& text) {
  const Directory directory;
  directory.write("model.cpp", text);
  return read_cpp_sources(directory.path("model.cpp"));
}

TEST(CompiledCode, SaysWhatItIsAndHoldsTheLibrary) {
  const std::string library =
      "\x7f"
      "ELF and so on";
  const Object object = seal_code(as_bytes(library), code_kind(Preset::fast, {}));
  const CompiledCode code = read_code(object);
  EXPECT_EQ(as_text(code.library), library);
  EXPECT_EQ(code.preset, "fast");
  EXPECT_EQ(code.processor, least_processor());
  EXPECT_EQ(code.abi, 1U);
}

TEST(CompiledCode, IsNotReadFromAnotherObject) {
  const auto object_of = [](ObjectType type, std::uint32_t version) {
    ObjectBuilder builder(type, version);
    builder.add_text("library", "x");
    return std::move(builder).seal();
  };
  EXPECT_THROW(read_code(object_of(ObjectType::graph, 1)), FormatError);
  EXPECT_THROW(read_code(object_of(ObjectType::compiled, 2)), FormatError);
  EXPECT_THROW(read_code(object_of(ObjectType::compiled, 1)), FormatError);
}

TEST(CodeRequest, DependsOnHowTheSourceIsCompiledButTheGraphsDoesNot) {
  const CppSources sources = sources_of("int x;");
  const CodeKind fast = code_kind(Preset::fast, {});
  const CodeKind balanced = code_kind(Preset::balanced, {});
  const CodeKind max = code_kind(Preset::max, {});
  EXPECT_NE(code_request_parts(sources, fast, one_header), code_request_parts(sources, balanced, one_header));
  EXPECT_EQ(max.processor, this_processor());
  EXPECT_EQ(graph_code_parts(sources, fast), graph_code_parts(sources, max));
  EXPECT_NE(graph_code_parts(sources, fast), graph_code_parts(sources_of("int y;"), fast));
}

TEST(CodeRequest, CountsTheOptionsOfCxx) {
  const CppSources sources = sources_of("int x = N;");
  const CodeKind plain = code_kind(Preset::fast, {});
  const CodeKind defined = code_kind(Preset::fast, {"-DN=2"});
  EXPECT_NE(graph_code_parts(sources, plain), graph_code_parts(sources, defined));
  EXPECT_NE(code_request_parts(sources, plain, one_header), code_request_parts(sources, defined, one_header));
  EXPECT_EQ(defined.processor, least_processor());
  EXPECT_EQ(code_kind(Preset::fast, {"-mavx2"}).processor, this_processor());
}

TEST(CodeRequest, CountsItsHeaders) {
  const CppSources sources = sources_of("int x;");
  const CodeKind kind = code_kind(Preset::fast, {});
  const std::vector<EmbeddedHeader> changed{{"phasic/model.h", "int b; // one\n"}};
  const std::vector<EmbeddedHeader> renamed{{"phasic/other.h", "int a; // one\n"}};
  EXPECT_NE(code_request_parts(sources, kind, one_header), code_request_parts(sources, kind, changed));
  EXPECT_NE(code_request_parts(sources, kind, one_header), code_request_parts(sources, kind, renamed));
}

}  // namespace
}  // namespace phasic
