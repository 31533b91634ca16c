#include "store/object.hpp"

#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <tuple>

#include "base/file.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

Object small_object() {
  ObjectBuilder builder(ObjectType::graph, 3);
  builder.add("floats", std::vector<double>{1.5, -0.0, std::numeric_limits<double>::infinity()});
  builder.add("empty", std::vector<std::uint64_t>{});
  builder.add("signed", std::vector<std::int8_t>{-1, 2, -3});
  builder.add_text("text", "a name");
  return std::move(builder).seal();
}

Buffer bytes_of(const Object& object) {
  return {object.bytes().begin(), object.bytes().end()};
}

/// Puts a number into the bytes and the right digest behind them: only what the number says is wrong.
template <class T>
Buffer with_number(Buffer bytes, std::size_t offset, T number) {
  std::memcpy(bytes.data() + offset, &number, sizeof number);
  const auto hash = sha256(std::span(bytes).first(bytes.size() - digest_size));
  std::ranges::copy(hash, bytes.end() - digest_size);
  return bytes;
}

TEST(Object, GivesBackItsSectionsWhereTheyLie) {
  const Object object = Object::verify(bytes_of(small_object()));
  EXPECT_EQ(object.type(), ObjectType::graph);
  EXPECT_EQ(object.type_version(), 3U);
  const auto floats = object.section<double>("floats");
  ASSERT_EQ(floats.size(), 3U);
  EXPECT_EQ(floats[0], 1.5);
  EXPECT_TRUE(std::signbit(floats[1]));
  EXPECT_EQ(floats[2], std::numeric_limits<double>::infinity());
  EXPECT_EQ(object.section<std::int8_t>("signed")[2], -3);
  EXPECT_TRUE(object.section<std::uint64_t>("empty").empty());
  EXPECT_EQ(as_text(std::as_bytes(object.section<std::uint8_t>("text"))), "a name");
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(floats.data()) % section_alignment, 0U);
}

TEST(Object, IsNamedByTheHashOfAllButItsTrailer) {
  const Object object = small_object();
  const auto bytes = object.bytes();
  EXPECT_EQ(object.hash().bytes, sha256(bytes.first(bytes.size() - digest_size)));
  EXPECT_TRUE(std::ranges::equal(object.hash().bytes, bytes.last(digest_size)));
}

TEST(Object, HasTheSameBytesForTheSameSections) {
  EXPECT_EQ(small_object().hash(), small_object().hash());
  EXPECT_NE(small_object().hash(), object_of("another").hash());
}

TEST(Object, RefusesSectionsThatAreMissingOrOfAnotherType) {
  const Object object = small_object();
  EXPECT_THROW(std::ignore = object.section<double>("absent"), FormatError);
  EXPECT_THROW(std::ignore = object.section<std::uint64_t>("floats"), FormatError);
  EXPECT_THROW(std::ignore = object.widened("floats"), FormatError);
  EXPECT_FALSE(object.has("absent"));
  EXPECT_TRUE(object.has("floats"));
}

TEST(Object, NarrowsUnsignedNumbersAndWidensThemAgain) {
  const std::vector<std::pair<std::vector<std::uint32_t>, ElementType>> cases{
      {{}, ElementType::u8},
      {{0, 255}, ElementType::u8},
      {{256}, ElementType::u16},
      {{65535, 1}, ElementType::u16},
      {{65536, 4294967295U}, ElementType::u32}};
  for (const auto& [numbers, type] : cases) {
    ObjectBuilder builder(ObjectType::trace, 1);
    builder.add_narrowed("numbers", numbers);
    const Object object = std::move(builder).seal();
    EXPECT_EQ(object.find("numbers")->element_type, type);
    EXPECT_EQ(object.widened("numbers"), numbers);
  }
}

TEST(Object, RejectsEveryFlippedByte) {
  const Buffer whole = bytes_of(small_object());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const unsigned mask : {0x01U, 0x80U, 0xFFU}) {
      Buffer damaged = whole;
      damaged[i] ^= static_cast<std::byte>(mask);
      EXPECT_THROW(Object::verify(std::move(damaged)), FormatError) << "byte " << i;
    }
  }
}

TEST(Object, RejectsEveryCutAndEveryExtension) {
  const Buffer whole = bytes_of(small_object());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(Object::verify(Buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))),
                 FormatError)
        << length;
  }
  for (const std::size_t more : {1U, 63U, 64U}) {
    Buffer longer = whole;
    longer.resize(whole.size() + more, std::byte{0});
    EXPECT_THROW(Object::verify(std::move(longer)), FormatError) << more;
  }
}

// A digest that is right guards nothing here: these are made by an enemy, not by rot.
TEST(Object, RejectsHostileHeadersWithARightDigest) {
  const Buffer whole = bytes_of(small_object());
  const std::uint64_t size = whole.size();
  for (const std::uint64_t length : {std::uint64_t{0}, size - 64, size + 64, std::uint64_t{1} << 45U,
                                     std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_THROW(Object::verify(with_number(whole, 16, length)), FormatError) << length;
  }
  for (const std::uint32_t count : {5U, 100U, 4096U, 4097U, 0xFFFFFFFFU}) {
    EXPECT_THROW(Object::verify(with_number(whole, 24, count)), FormatError) << count;
  }
  EXPECT_THROW(Object::verify(with_number(whole, 12, std::uint32_t{9})), FormatError);
  EXPECT_THROW(Object::verify(with_number(whole, 8, std::uint32_t{2})), FormatError);
}

TEST(Object, RejectsHostileSectionTablesWithARightDigest) {
  const Buffer whole = bytes_of(small_object());
  const std::size_t entry = object_header_size;
  constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
  // Offset: not aligned, into the table, beyond the end, wrapping around.
  for (const std::uint64_t offset : {std::uint64_t{1}, std::uint64_t{0}, std::uint64_t{64},
                                     std::uint64_t{whole.size()}, huge, huge - 63}) {
    EXPECT_THROW(Object::verify(with_number(whole, entry + 24, offset)), FormatError) << offset;
  }
  // Count: one too many, overlapping the next section, overflowing when multiplied by eight.
  for (const std::uint64_t count : {std::uint64_t{9}, std::uint64_t{1000}, huge, huge / 8 + 1}) {
    EXPECT_THROW(Object::verify(with_number(whole, entry + 32, count)), FormatError) << count;
  }
  for (const std::uint32_t type : {0U, 10U, 0xFFFFFFFFU}) {
    EXPECT_THROW(Object::verify(with_number(whole, entry + 16, type)), FormatError) << type;
  }
}

TEST(Object, RefusesNamesThatDoNotFit) {
  ObjectBuilder builder(ObjectType::graph, 1);
  EXPECT_THROW(builder.add_text("seventeen letters", ""), InternalError);
  builder.add_text("sixteen letters.", "x");
  EXPECT_THROW(builder.add_text("sixteen letters.", "y"), InternalError);
  EXPECT_TRUE(std::move(builder).seal().has("sixteen letters."));
}

/// What `read_object` makes of bytes that come down a pipe in pieces.
Object read_from_pipe(std::string text, std::size_t already_read) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const Descriptor reading(ends[0]);
  Buffer head(already_read);
  std::ranges::copy(as_bytes(text).first(already_read), head.begin());
  std::jthread writer([writing = Descriptor(ends[1]), rest = text.substr(already_read)] {
    for (std::size_t i = 0; i < rest.size(); i += 100)
      write_fully(writing.get(), as_bytes(rest.substr(i, 100)));
  });
  return read_object(reading.get(), std::move(head), "standard input");
}

TEST(ReadObject, TakesOneObjectFromAPipe) {
  const Object object = small_object();
  const std::string text(as_text(object.bytes()));
  EXPECT_EQ(read_from_pipe(text, 0).hash(), object.hash());
  EXPECT_EQ(read_from_pipe(text, 10).hash(), object.hash());
  EXPECT_EQ(read_from_pipe(text, text.size()).hash(), object.hash());
}

TEST(ReadObject, SaysWhereItEndedEarly) {
  const std::string text(as_text(small_object().bytes()));
  for (const std::size_t length : {std::size_t{0}, std::size_t{10}, std::size_t{64}, text.size() - 1}) {
    try {
      read_from_pipe(text.substr(0, length), 0);
      ADD_FAILURE() << "nothing was thrown at " << length;
    } catch (const FormatError& error) {
      EXPECT_EQ(error.complaint().where, "standard input");
    }
  }
}

TEST(ReadObject, TakesNoMoreMemoryThanArrives) {
  // The header claims 32 TiB; the pipe brings 64 bytes.
  const Buffer lie = with_number(bytes_of(small_object()), 16, (std::uint64_t{1} << 45U) + 32);
  EXPECT_THROW(read_from_pipe(std::string(as_text(std::span(lie).first(64))), 0), FormatError);
}

}  // namespace
}  // namespace phasic
