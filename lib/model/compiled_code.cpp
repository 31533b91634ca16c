#include "model/compiled_code.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "model/processor.hpp"

namespace phasic {

namespace {

void add_options(std::vector<RequestPart>& parts, const CodeKind& kind) {
  if (!kind.options.empty()) {
    parts.push_back({"compiler options", fmt::format("{}", fmt::join(kind.options, " "))});
  }
}

// As they are: their comments change with a version of ours only, and this is done for each run.
std::string digest_of(std::span<const EmbeddedHeader> headers) {
  Sha256 digest;
  for (const EmbeddedHeader& header : headers) digest.feed_text(header.name).feed_text(header.text);
  return to_hex(digest.finish());
}

}  // namespace

CodeKind code_kind(Preset preset, std::vector<std::string> options) {
  std::string processor = is_for_this_processor(preset, options) ? this_processor() : least_processor();
  return {preset, std::move(options), std::move(processor)};
}

std::vector<RequestPart> graph_code_parts(const CppSources& sources, const CodeKind& kind) {
  std::vector<RequestPart> parts = parts_of(sources);
  add_options(parts, kind);
  return parts;
}

std::vector<RequestPart> code_request_parts(const CppSources& sources, const CodeKind& kind,
                                            std::span<const EmbeddedHeader> headers) {
  std::vector<RequestPart> parts = parts_of(sources);
  add_options(parts, kind);
  parts.push_back({"preset", std::string(name_of(kind.preset))});
  parts.push_back({"processor", kind.processor});
  parts.push_back({"headers", digest_of(headers)});
  parts.push_back({"abi", std::to_string(model_abi)});
  parts.push_back({"compiled format", std::to_string(compiled_format::version)});
  return parts;
}

Object seal_code(std::span<const std::byte> library, const CodeKind& kind) {
  ObjectBuilder builder(ObjectType::compiled, compiled_format::version);
  const std::array<std::uint32_t, 1> abi{model_abi};
  builder.add_text("library", as_text(library))
      .add_text("preset", name_of(kind.preset))
      .add_text("processor", kind.processor)
      .add<std::uint32_t>("abi", abi);
  return std::move(builder).seal();
}

CompiledCode read_code(const Object& object) {
  if (object.type() != ObjectType::compiled || object.type_version() != compiled_format::version) {
    throw FormatError({"", "is no compiled code of this version", "", {}});
  }
  const auto text = [&](std::string_view name) {
    return std::string(as_text(std::as_bytes(object.section<std::uint8_t>(name))));
  };
  const auto abi = object.section<std::uint32_t>("abi");
  if (abi.size() != 1) throw FormatError({"", "states no version of its interface", "", {}});
  return {std::as_bytes(object.section<std::uint8_t>("library")), text("preset"), text("processor"), abi[0]};
}

}  // namespace phasic
