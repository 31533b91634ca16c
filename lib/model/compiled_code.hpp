// Compiled models as objects of the cache's third layer, and the two requests that source files lead to: for
// a graph, which depends on what the files say, and for code, which depends on how they are compiled too.
//
//   library    u8   the shared library
//   preset     u8   `balanced`
//   processor  u8   what it runs on: `x86-64-v1`, or this very processor's description
//   abi        u32  version of the interface between model and host
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/compiler.hpp"
#include "model/cpp_sources.hpp"
#include "store/object.hpp"
#include "store/record.hpp"

namespace phasic {

namespace compiled_format {
inline constexpr std::uint32_t version = 1;
}

/// Version of phasic/model.h, which the code was compiled with.
inline constexpr std::uint32_t model_abi = 1;

/// How a model is compiled, as far as it decides what comes out.
struct CodeKind {
  Preset preset = Preset::balanced;
  std::vector<std::string> options;  ///< of $CXX
  std::string processor;             ///< what the code runs on
};
/// The processor is the least of its family unless the preset or an option asks for this very one.
CodeKind code_kind(Preset preset, std::vector<std::string> options);

/// The code's parts of a request for a graph: the source files and the compiler's options, for these may
/// change what the files mean; neither preset nor compiler.
std::vector<RequestPart> graph_code_parts(const CppSources& sources, const CodeKind& kind);

/// The request for code: source files, options, preset, processor, the headers that it is compiled with, and
/// versions.
std::vector<RequestPart> code_request_parts(const CppSources& sources, const CodeKind& kind,
                                            std::span<const EmbeddedHeader> headers);

Object seal_code(std::span<const std::byte> library, const CodeKind& kind);

/// What an object of compiled code says. Views into the object.
struct CompiledCode {
  std::span<const std::byte> library;
  std::string preset;
  std::string processor;
  std::uint32_t abi = 0;
};
/// Throws FormatError for an object of another type or version.
CompiledCode read_code(const Object& object);

}  // namespace phasic
