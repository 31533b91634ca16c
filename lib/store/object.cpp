#include "store/object.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/file.hpp"

namespace phasic {

static_assert(std::endian::native == std::endian::little, "objects are used in place: little-endian only");

namespace {

constexpr std::uint32_t container_version = 1;
constexpr std::size_t table_entry_size = 40;
constexpr std::size_t name_size = 16;
// Far above any model, far below what makes offset arithmetic wrap.
constexpr std::uint64_t max_total_length = std::uint64_t{1} << 46U;
constexpr std::uint32_t max_section_count = 4096;

template <class T>
T read_number(std::span<const std::byte> bytes, std::size_t offset) {
  T number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

template <class T>
void write_number(std::span<std::byte> bytes, std::size_t offset, T number) {
  std::memcpy(bytes.data() + offset, &number, sizeof number);
}

constexpr std::uint64_t aligned(std::uint64_t offset) {
  return (offset + section_alignment - 1) / section_alignment * section_alignment;
}

[[noreturn]] void reject(std::string what) {
  throw FormatError({"", std::move(what), "", {}});
}

bool is_element_type(std::uint32_t type) {
  return type >= static_cast<std::uint32_t>(ElementType::i8) &&
         type <= static_cast<std::uint32_t>(ElementType::f64);
}

Section parse_section(std::span<const std::byte> entry) {
  Section section;
  const std::string_view name = as_text(entry.first(name_size));
  section.name = std::string(name.substr(0, name.find('\0')));
  const auto type = read_number<std::uint32_t>(entry, name_size);
  if (!is_element_type(type)) reject("section '" + section.name + "' has an unknown element type");
  section.element_type = static_cast<ElementType>(type);
  section.offset = read_number<std::uint64_t>(entry, name_size + 8);
  section.count = read_number<std::uint64_t>(entry, name_size + 16);
  return section;
}

// Sections must lie in order, without overlap, before the trailer: then no two views alias and every
// element that a view reaches is inside the block.
std::vector<Section> parse_table(std::span<const std::byte> bytes, const ObjectHeader& header) {
  const std::uint64_t end = header.total_length - digest_size;
  std::uint64_t free_from = object_header_size + std::uint64_t{header.section_count} * table_entry_size;
  if (free_from > end) reject("its section table is longer than the object");
  std::vector<Section> sections;
  sections.reserve(header.section_count);
  for (std::size_t i = 0; i < header.section_count; ++i) {
    Section section =
        parse_section(bytes.subspan(object_header_size + i * table_entry_size, table_entry_size));
    if (section.offset % section_alignment != 0 || section.offset < free_from || section.offset > end ||
        section.count > (end - section.offset) / size_of(section.element_type)) {
      reject("section '" + section.name + "' lies outside the object");
    }
    free_from = section.offset + section.count * size_of(section.element_type);
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace

std::string_view name_of(ObjectType type) {
  switch (type) {
    case ObjectType::graph:
      return "graph";
    case ObjectType::trace:
      return "trace";
    case ObjectType::compiled:
      return "compiled model";
  }
  return "object of an unknown type";
}

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::i8:
    case ElementType::u8:
      return 1;
    case ElementType::i16:
    case ElementType::u16:
      return 2;
    case ElementType::i32:
    case ElementType::u32:
      return 4;
    case ElementType::i64:
    case ElementType::u64:
    case ElementType::f64:
      return 8;
  }
  return 8;
}

ObjectHeader parse_object_header(std::span<const std::byte> bytes) {
  if (bytes.size() < object_header_size) reject("shorter than an object's header");
  if (as_text(bytes.first(object_magic.size())) != object_magic) reject("not an object of phasic");
  const auto version = read_number<std::uint32_t>(bytes, 8);
  if (version != container_version) {
    reject("object format version " + std::to_string(version) + " is not one this version reads");
  }
  ObjectHeader header;
  const auto type = read_number<std::uint32_t>(bytes, 12);
  if (type < 1 || type > 3) reject("an object of unknown type " + std::to_string(type));
  header.type = static_cast<ObjectType>(type);
  header.total_length = read_number<std::uint64_t>(bytes, 16);
  header.section_count = read_number<std::uint32_t>(bytes, 24);
  header.type_version = read_number<std::uint32_t>(bytes, 28);
  if (header.total_length < object_header_size + digest_size || header.total_length > max_total_length ||
      (header.total_length - digest_size) % section_alignment != 0) {
    reject("its header states an impossible length");
  }
  if (header.section_count > max_section_count) reject("its header states too many sections");
  return header;
}

Object::Object(std::shared_ptr<const Buffer> bytes, ObjectHeader header, std::vector<Section> sections,
               ObjectHash hash)
    : bytes_(std::move(bytes)), header_(header), sections_(std::move(sections)), hash_(hash) {}

Object Object::verify(Buffer bytes) {
  const std::span<const std::byte> all(bytes);
  const ObjectHeader header = parse_object_header(all);
  if (header.total_length != all.size()) {
    reject("truncated or overlong: " + std::to_string(all.size()) + " bytes where its header states " +
           std::to_string(header.total_length));
  }
  const auto trailer = all.last(digest_size);
  ObjectHash hash{sha256(all.first(all.size() - digest_size))};
  if (!std::equal(trailer.begin(), trailer.end(), hash.bytes.begin())) {
    reject("damaged: its checksum does not match its bytes");
  }
  auto sections = parse_table(all, header);
  return {std::make_shared<const Buffer>(std::move(bytes)), header, std::move(sections), hash};
}

const Section* Object::find(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &Section::name);
  return found == sections_.end() ? nullptr : &*found;
}

const Section& Object::required(std::string_view name, ElementType type) const {
  const Section* section = find(name);
  if (section == nullptr) reject("section '" + std::string(name) + "' is missing");
  if (section->element_type != type) reject("section '" + std::string(name) + "' has the wrong element type");
  return *section;
}

std::vector<std::uint32_t> Object::widened(std::string_view name) const {
  const Section* found = find(name);
  const auto widen = [](auto narrow) { return std::vector<std::uint32_t>(narrow.begin(), narrow.end()); };
  if (found != nullptr && found->element_type == ElementType::u8) return widen(section<std::uint8_t>(name));
  if (found != nullptr && found->element_type == ElementType::u16) return widen(section<std::uint16_t>(name));
  return widen(section<std::uint32_t>(name));
}

ObjectBuilder::ObjectBuilder(ObjectType type, std::uint32_t type_version) {
  header_.type = type;
  header_.type_version = type_version;
}

ObjectBuilder& ObjectBuilder::add_bytes(std::string_view name, ElementType type,
                                        std::span<const std::byte> bytes, std::size_t count) {
  if (name.empty() || name.size() > name_size) {
    throw InternalError({"", "a section's name is too long", "", {}});
  }
  if (std::ranges::any_of(pending_, [&](const Pending& other) { return other.section.name == name; })) {
    throw InternalError({"", "a section's name is used twice", "", {}});
  }
  Pending& pending = pending_.emplace_back();
  pending.section.name = name;
  pending.section.element_type = type;
  pending.section.count = count;
  pending.bytes.assign(bytes.begin(), bytes.end());
  return *this;
}

ObjectBuilder& ObjectBuilder::add_narrowed(std::string_view name, std::span<const std::uint32_t> elements) {
  const std::uint32_t largest = elements.empty() ? 0 : *std::ranges::max_element(elements);
  const auto narrowed = [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> narrow(elements.size());
    std::ranges::transform(elements, narrow.begin(), [](std::uint32_t wide) { return static_cast<T>(wide); });
    return narrow;
  };
  if (largest <= 0xFFU) return add(name, narrowed(std::uint8_t{}));
  if (largest <= 0xFFFFU) return add(name, narrowed(std::uint16_t{}));
  return add(name, elements);
}

ObjectBuilder& ObjectBuilder::add_text(std::string_view name, std::string_view text) {
  return add_bytes(name, ElementType::u8, as_bytes(text), text.size());
}

ObjectDraft ObjectBuilder::lay_out() && {
  std::uint64_t end = object_header_size + pending_.size() * table_entry_size;
  for (Pending& pending : pending_) {
    pending.section.offset = aligned(end);
    end = pending.section.offset + pending.section.count * size_of(pending.section.element_type);
  }
  header_.section_count = static_cast<std::uint32_t>(pending_.size());
  header_.total_length = aligned(end) + digest_size;

  Buffer bytes(header_.total_length, std::byte{0});
  const std::span<std::byte> all(bytes);
  std::memcpy(all.data(), object_magic.data(), object_magic.size());
  write_number(all, 8, container_version);
  write_number(all, 12, static_cast<std::uint32_t>(header_.type));
  write_number(all, 16, header_.total_length);
  write_number(all, 24, header_.section_count);
  write_number(all, 28, header_.type_version);

  std::vector<Section> sections;
  std::size_t entry = object_header_size;
  for (const Pending& pending : pending_) {
    const Section& section = pending.section;
    std::memcpy(all.data() + entry, section.name.data(), section.name.size());
    write_number(all, entry + name_size, static_cast<std::uint32_t>(section.element_type));
    write_number(all, entry + name_size + 8, section.offset);
    write_number(all, entry + name_size + 16, section.count);
    entry += table_entry_size;
    if (!pending.bytes.empty()) {
      std::memcpy(all.data() + section.offset, pending.bytes.data(), pending.bytes.size());
    }
    sections.push_back(section);
  }
  pending_.clear();
  return {std::move(bytes), header_, std::move(sections)};
}

const Section& ObjectDraft::find(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &Section::name);
  if (found == sections_.end()) throw InternalError({"", "an object has no such section", "", {}});
  return *found;
}

Sha256 ObjectDraft::digest_before(std::string_view name) const {
  Sha256 digest;
  digest.feed(std::span<const std::byte>(bytes_).first(find(name).offset));
  return digest;
}

Sha256 ObjectDraft::digest_before(std::string_view name, Sha256 begun, std::string_view fed) const {
  const std::size_t done = find(fed).offset;
  begun.feed(std::span<const std::byte>(bytes_).first(find(name).offset).subspan(done));
  return begun;
}

Object ObjectDraft::seal(Sha256 begun, std::string_view name) && {
  return seal_with(std::move(begun), find(name).offset);
}

Object ObjectDraft::seal() && {
  return seal_with(Sha256(), 0);
}

// `digest` has been fed the first `done` bytes.
Object ObjectDraft::seal_with(Sha256 digest, std::size_t done) {
  const std::span<std::byte> all(bytes_);
  const ObjectHash hash{digest.feed(all.first(all.size() - digest_size).subspan(done)).finish()};
  std::memcpy(all.data() + all.size() - digest_size, hash.bytes.data(), digest_size);
  return {std::make_shared<const Buffer>(std::move(bytes_)), header_, std::move(sections_), hash};
}

Object read_object(int descriptor, Buffer already_read, const std::string& where) {
  constexpr std::size_t step = std::size_t{1} << 24U;
  Buffer bytes = std::move(already_read);
  const auto extend_to = [&](std::uint64_t wanted) {
    while (bytes.size() < wanted) {
      const std::size_t before = bytes.size();
      const std::size_t more = static_cast<std::size_t>(std::min<std::uint64_t>(wanted - before, step));
      bytes.resize(before + more);
      const std::size_t count = read_fully(descriptor, std::span(bytes).subspan(before), where);
      bytes.resize(before + count);
      if (count < more) return;
    }
  };
  try {
    extend_to(object_header_size);
    const ObjectHeader header = parse_object_header(bytes);
    extend_to(header.total_length);
    return Object::verify(std::move(bytes));
  } catch (const FormatError& error) {
    throw FormatError(
        {where, error.complaint().what, "send what phasic-build or phasic-trace wrote, whole", {}});
  }
}

}  // namespace phasic
