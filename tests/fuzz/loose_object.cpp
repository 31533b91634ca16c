#include "fuzz/loose_object.hpp"

#include <cstring>

namespace phasic::fuzz {

namespace {

template <class T>
void add_as(ObjectBuilder& builder, const LooseSection& section) {
  std::vector<T> elements(section.bytes.size() / sizeof(T));
  if (!elements.empty()) std::memcpy(elements.data(), section.bytes.data(), elements.size() * sizeof(T));
  builder.add(section.name, elements);
}

void add(ObjectBuilder& builder, const LooseSection& section) {
  switch (section.type) {
    case ElementType::i8:
      return add_as<std::int8_t>(builder, section);
    case ElementType::i16:
      return add_as<std::int16_t>(builder, section);
    case ElementType::i32:
      return add_as<std::int32_t>(builder, section);
    case ElementType::i64:
      return add_as<std::int64_t>(builder, section);
    case ElementType::u8:
      return add_as<std::uint8_t>(builder, section);
    case ElementType::u16:
      return add_as<std::uint16_t>(builder, section);
    case ElementType::u32:
      return add_as<std::uint32_t>(builder, section);
    case ElementType::u64:
      return add_as<std::uint64_t>(builder, section);
    case ElementType::f64:
      return add_as<double>(builder, section);
  }
}

}  // namespace

LooseObject taken_apart(std::string_view bytes) {
  const auto raw = as_bytes(bytes);
  const Object object = Object::verify(Buffer(raw.begin(), raw.end()));
  LooseObject loose{object.type(), object.type_version(), {}};
  for (const Section& section : object.sections()) {
    const auto content =
        object.bytes().subspan(section.offset, section.count * size_of(section.element_type));
    loose.sections.push_back({section.name, section.element_type, std::string(as_text(content))});
  }
  return loose;
}

std::string put_together(const LooseObject& loose) {
  ObjectBuilder builder(loose.type, loose.type_version);
  for (const LooseSection& section : loose.sections) add(builder, section);
  return std::string(as_text(std::move(builder).seal().bytes()));
}

std::string with_section(std::string_view bytes, std::string_view name, std::string_view content) {
  LooseObject loose = taken_apart(bytes);
  for (LooseSection& section : loose.sections) {
    if (section.name == name) section.bytes = content;
  }
  return put_together(loose);
}

}  // namespace phasic::fuzz
