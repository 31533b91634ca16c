// An object: named, typed arrays in one block of bytes that carries its own SHA-256. What is in memory is
// what is on disk and on the pipe; reading is verifying, never parsing.
//
//   object   = header table section* trailer
//   header   = magic[8] u32:container-version u32:type u64:total-length u32:section-count
//              u32:type-version zero[32]              (64 bytes; all numbers little-endian)
//   table    = (name[16] u32:element-type u32:zero u64:offset u64:count)*
//                                                     (40 bytes each; the name is padded with NUL)
//   section  = elements, starting at a multiple of 64, zeros between
//   trailer  = SHA-256 of everything before it; it starts at a multiple of 64 and ends the object
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

namespace phasic {

enum class ObjectType : std::uint32_t { graph = 1, trace = 2, compiled = 3 };
std::string_view name_of(ObjectType type);

enum class ElementType : std::uint32_t { i8 = 1, i16, i32, i64, u8, u16, u32, u64, f64 };
std::size_t size_of(ElementType type);
template <class T>
constexpr ElementType element_type_of();

/// Starts every object. The first byte is no hex digit, so a stream of items can tell keys from objects.
inline constexpr std::string_view object_magic = "\x89PHASIC\n";
inline constexpr std::size_t object_header_size = 64;

/// What the first 64 bytes say.
struct ObjectHeader {
  ObjectType type{};
  std::uint32_t type_version = 0;
  std::uint64_t total_length = 0;
  std::uint32_t section_count = 0;
};

/// Reads a header. Throws FormatError where the magic, the container version or the lengths cannot be right.
ObjectHeader parse_object_header(std::span<const std::byte> bytes);

struct Section {
  std::string name;
  ElementType element_type{};
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
};

/// A whole, verified object. Immutable; copies share the bytes.
class Object {
 public:
  /// Verifies length, section table and digest. Throws FormatError saying which is wrong.
  static Object verify(Buffer bytes);

  [[nodiscard]] ObjectType type() const { return header_.type; }
  [[nodiscard]] std::uint32_t type_version() const { return header_.type_version; }
  [[nodiscard]] const ObjectHash& hash() const { return hash_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_->data(), bytes_->size()}; }
  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] const Section* find(std::string_view name) const;

  /// The elements of a section, where they lie. Throws FormatError if it is missing or of another type.
  template <class T>
  [[nodiscard]] std::span<const T> section(std::string_view name) const;

  /// The elements of a section of unsigned integers of any width, as 32-bit numbers. Throws FormatError.
  [[nodiscard]] std::vector<std::uint32_t> widened(std::string_view name) const;

 private:
  friend class ObjectDraft;
  Object(std::shared_ptr<const Buffer> bytes, ObjectHeader header, std::vector<Section> sections,
         ObjectHash hash);
  [[nodiscard]] const Section& required(std::string_view name, ElementType type) const;

  std::shared_ptr<const Buffer> bytes_;
  ObjectHeader header_;
  std::vector<Section> sections_;
  ObjectHash hash_;
};

/// An object that lacks nothing but what reserved sections will hold (zeros until then) and its digest.
class ObjectDraft {
 public:
  template <class T>
  [[nodiscard]] std::span<T> section(std::string_view name);

  /// The digest of everything before a section, begun early: it can be computed while that one is.
  [[nodiscard]] Sha256 digest_before(std::string_view name) const;
  /// The same, by going on with one of everything before section `fed`.
  [[nodiscard]] Sha256 digest_before(std::string_view name, Sha256 begun, std::string_view fed) const;
  /// Completes a digest begun before section `name` and makes the object.
  Object seal(Sha256 begun, std::string_view name) &&;
  Object seal() &&;

 private:
  friend class ObjectBuilder;
  ObjectDraft(Buffer bytes, ObjectHeader header, std::vector<Section> sections)
      : bytes_(std::move(bytes)), header_(header), sections_(std::move(sections)) {}
  [[nodiscard]] const Section& find(std::string_view name) const;
  Object seal_with(Sha256 digest, std::size_t done);
  Buffer bytes_;
  ObjectHeader header_;
  std::vector<Section> sections_;
};

/// Collects sections and seals them into an object. Same sections in the same order, same bytes.
class ObjectBuilder {
 public:
  ObjectBuilder(ObjectType type, std::uint32_t type_version);

  /// `name` has at most 16 bytes and is used once. The elements are copied.
  template <class T>
  ObjectBuilder& add(std::string_view name, std::span<const T> elements) {
    return add_bytes(name, element_type_of<T>(), std::as_bytes(elements), elements.size());
  }
  template <class T>
  ObjectBuilder& add(std::string_view name, const std::vector<T>& elements) {
    return add(name, std::span<const T>(elements));  // cppcheck-suppress returnTempReference ; it is *this
  }
  /// Adds numbers in the narrowest of u8, u16 and u32 that holds all of them; read back with `widened`.
  ObjectBuilder& add_narrowed(std::string_view name, std::span<const std::uint32_t> elements);
  /// Adds text as bytes (u8).
  ObjectBuilder& add_text(std::string_view name, std::string_view text);

  /// A section of `count` elements that are written where they will lie, once all is laid out.
  template <class T>
  ObjectBuilder& reserve(std::string_view name, std::size_t count) {
    return add_bytes(name, element_type_of<T>(), {}, count);
  }

  ObjectDraft lay_out() &&;
  Object seal() && { return std::move(*this).lay_out().seal(); }

 private:
  ObjectBuilder& add_bytes(std::string_view name, ElementType type, std::span<const std::byte> bytes,
                           std::size_t count);
  struct Pending {
    Section section;
    Buffer bytes;
  };
  ObjectHeader header_;
  std::vector<Pending> pending_;
};

/// Reads one object from a pipe or file whose position is at its first byte. `already_read` holds bytes that
/// the caller took to recognise it. Memory grows with what arrives, not with what the header claims.
/// Throws FormatError (saying how many bytes are missing) if it ends early or fails verification.
Object read_object(int descriptor, Buffer already_read, const std::string& where);

// ---------------------------------------------------------------------------------------------------------

template <class T>
constexpr ElementType element_type_of() {
  if constexpr (std::is_same_v<T, std::int8_t>)
    return ElementType::i8;
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return ElementType::i16;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return ElementType::i32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return ElementType::i64;
  else if constexpr (std::is_same_v<T, std::uint8_t>)
    return ElementType::u8;
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return ElementType::u16;
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    return ElementType::u32;
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    return ElementType::u64;
  else {
    static_assert(std::is_same_v<T, double>, "no element type for this");
    return ElementType::f64;
  }
}

template <class T>
std::span<const T> Object::section(std::string_view name) const {
  const Section& found = required(name, element_type_of<T>());
  return {reinterpret_cast<const T*>(bytes_->data() + found.offset), static_cast<std::size_t>(found.count)};
}

template <class T>
std::span<T> ObjectDraft::section(std::string_view name) {
  const Section& found = find(name);
  return {reinterpret_cast<T*>(bytes_.data() + found.offset), static_cast<std::size_t>(found.count)};
}

}  // namespace phasic
