// Rot of what is really stored: a graph, its trace, compiled code and the records of each. No byte of a file
// can change, and none can be missing, without the file being a miss, one warning, and gone.
#include <cstring>
#include <tuple>

#include "graph/graph.hpp"
#include "model/compiled_code.hpp"
#include "model/request.hpp"
#include "store/store.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

/// An object as a tool stores it, and the record that leads to it.
struct Entry {
  Object object;
  Record record;
};

Entry entry_of(Layer layer, const Object& object, std::string_view domain, std::vector<RequestPart> parts) {
  Record record = record_of("", object, layer);
  record.request = request_key(domain, parts);
  record.parts = std::move(parts);
  return {object, std::move(record)};
}

Entry graph_entry(std::uint32_t stages) {
  const std::string code = to_hex(sha256(as_bytes(std::to_string(stages))));
  return entry_of(Layer::graphs, test::erlang(stages).object(), "graph",
                  request_parts_of({{"code", code}}, "lua", {}));
}
Entry trace_entry(std::uint32_t stages) {
  const Graph graph = test::erlang(stages);
  return entry_of(Layer::traces, record(graph).object(), "trace", trace_request(graph.structure_hash()));
}
Entry code_entry(std::uint32_t stages) {
  const std::string library =
      "\x7f"
      "ELF, as far as the store knows: " +
      std::to_string(stages);
  const CodeKind kind = code_kind(Preset::balanced, {});
  const CppSources sources{{{"model.cpp", "", sha256(as_bytes(library))}}, {}, {}};
  const std::vector<EmbeddedHeader> headers{{"phasic/model.h", "int a;\n"}};
  return entry_of(Layer::compiled, seal_code(as_bytes(library), kind), "compiled",
                  code_request_parts(sources, kind, headers));
}
Entry entry_in(Layer layer, std::uint32_t stages = 3) {
  switch (layer) {
    case Layer::graphs:
      return graph_entry(stages);
    case Layer::traces:
      return trace_entry(stages);
    case Layer::compiled:
      break;
  }
  return code_entry(stages);
}

/// As a tool reads what it has loaded. Throws FormatError.
void use(Layer layer, const Object& object) {
  if (layer == Layer::graphs) std::ignore = Graph::decode(object);
  if (layer == Layer::traces) std::ignore = Trace::decode(object);
  if (layer == Layer::compiled) std::ignore = read_code(object);
}

/// The same object but for a number in its header, under the digest that is right for it.
Object resealed(const Object& object, std::size_t offset, std::uint32_t number) {
  Buffer bytes(object.bytes().begin(), object.bytes().end());
  std::memcpy(bytes.data() + offset, &number, sizeof number);
  std::ranges::copy(sha256(std::span(bytes).first(bytes.size() - digest_size)), bytes.end() - digest_size);
  return Object::verify(std::move(bytes));
}
constexpr std::size_t type_offset = 12;
constexpr std::size_t type_version_offset = 28;

/// A cache with one entry of a layer, and one store that reads it throughout.
class Rot : public testing::TestWithParam<Layer> {
 protected:
  Rot() { keep(entry_); }

  void keep(const Entry& entry) {
    EXPECT_EQ(store_.publish(layer(), entry.object), Stored::yes);
    EXPECT_EQ(store_.file(entry.record), Stored::yes);
  }
  [[nodiscard]] static Layer layer() { return GetParam(); }
  [[nodiscard]] fs::path object_path(const Entry& entry) const {
    return path_in(scratch_.root(), place_of(layer(), entry.object.hash()));
  }
  [[nodiscard]] fs::path record_path(const Entry& entry) const {
    return path_in(scratch_.root(), place_of(layer(), entry.record.request));
  }
  bool loads(const Entry& entry) { return store_.load(layer(), entry.object.hash()).has_value(); }
  bool finds(const Entry& entry) { return store_.find(layer(), entry.record.request).has_value(); }

  /// What a tool would leave there, but for what is written in it.
  static void put(const fs::path& path, std::string_view text) {
    fs::remove(path);
    fs::create_directories(path.parent_path());
    write_text(path, text);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }

  /// Whatever `damaged` is written to `path`: a miss, and the file is gone.
  template <class Reads>
  void expect_a_miss(const fs::path& path, std::string_view damaged, std::size_t position, Reads reads) {
    put(path, damaged);
    ASSERT_FALSE(reads()) << "at " << position;
    ASSERT_FALSE(fs::exists(path)) << "at " << position;
    ++expected_warnings_;
  }
  /// Every byte flipped, every length cut, one byte more; then the whole again, which is a hit.
  template <class Reads>
  void expect_misses_of_all_damage(const fs::path& path, Reads reads) {
    const std::string whole = file_text(path);
    ASSERT_TRUE(reads());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(~flipped[i]);
      expect_a_miss(path, flipped, i, reads);
      expect_a_miss(path, std::string_view(whole).substr(0, i), i, reads);
    }
    expect_a_miss(path, whole + '\0', whole.size(), reads);
    put(path, whole);
    EXPECT_TRUE(reads());
    expect_warnings_naming(path);
  }
  /// One for each damage, and about this file.
  void expect_warnings_naming(const fs::path& path) const {
    const std::string text = log_.text();
    const std::string begin = "[WARNING] test: " + path.string() + ": ";
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++count) {
      ASSERT_EQ(text.compare(at, begin.size(), begin), 0) << text.substr(at, 200);
    }
    EXPECT_EQ(count, expected_warnings_);
  }

  ScratchDirectory scratch_;
  KeptLog log_;
  Store store_ = store_in(scratch_.root(), log_);
  Entry entry_ = entry_in(layer());
  std::size_t expected_warnings_ = 0;
};

TEST_P(Rot, OfAnObjectIsAMissAndOneWarning) {
  ASSERT_NO_THROW(use(layer(), *store_.load(layer(), entry_.object.hash())));
  expect_misses_of_all_damage(object_path(entry_), [&] { return loads(entry_); });
}

TEST_P(Rot, OfARecordIsAMissAndOneWarning) {
  expect_misses_of_all_damage(record_path(entry_), [&] { return finds(entry_); });
}

TEST_P(Rot, OfASingleBitIsNoticed) {
  const auto bytes = entry_.object.bytes();
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Buffer damaged(bytes.begin(), bytes.end());
    damaged[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_THROW(Object::verify(std::move(damaged)), FormatError) << "bit " << bit;
  }
  const std::string text = encode(entry_.record);
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(static_cast<unsigned char>(damaged[bit / 8]) ^ 1U << bit % 8);
    EXPECT_THROW(decode_record(damaged), FormatError) << "bit " << bit;
  }
}

TEST_P(Rot, ThatSwapsTwoFilesIsAMissOfBoth) {
  const Entry other = entry_in(layer(), 4);
  ASSERT_NE(other.object.hash(), entry_.object.hash());
  ASSERT_NE(other.record.request, entry_.record.request);
  keep(other);
  const auto swap_files = [&](const fs::path& one, const fs::path& two) {
    const fs::path aside = scratch_.path() / "aside";
    fs::rename(one, aside);
    fs::rename(two, one);
    fs::rename(aside, two);
  };
  swap_files(object_path(entry_), object_path(other));
  EXPECT_FALSE(loads(entry_));
  EXPECT_FALSE(loads(other));
  EXPECT_EQ(log_.line_count(), 2U) << log_.text();
  swap_files(record_path(entry_), record_path(other));
  EXPECT_FALSE(finds(entry_));
  EXPECT_FALSE(finds(other));
  EXPECT_EQ(log_.line_count(), 4U) << log_.text();
  keep(entry_);
  EXPECT_TRUE(finds(entry_) && loads(entry_));
}

TEST_P(Rot, ThatPutsAnotherLayersFileInItsPlaceIsAMiss) {
  for (const Layer foreign : all_layers) {
    if (foreign == layer()) continue;
    const Entry other = entry_in(foreign);
    const std::string bytes(as_text(other.object.bytes()));
    expect_a_miss(object_path(entry_), bytes, 0, [&] { return loads(entry_); });
    expect_a_miss(object_path(other), bytes, 0, [&] { return loads(other); });
    expect_a_miss(record_path(entry_), encode(other.record), 0, [&] { return finds(entry_); });
    expect_a_miss(record_path(other), encode(other.record), 0, [&] { return finds(other); });
  }
  EXPECT_EQ(log_.line_count(), expected_warnings_) << log_.text();
}

// The store knows bytes, and these are whole; who uses them must refuse them.
TEST_P(Rot, ThatMakesANewerVersionOrAnotherTypeOfItIsRefusedByWhoUsesIt) {
  const Object newer = resealed(entry_.object, type_version_offset, entry_.object.type_version() + 1);
  ASSERT_EQ(store_.publish(layer(), newer), Stored::yes);
  const auto loaded = store_.load(layer(), newer.hash());
  ASSERT_TRUE(loaded.has_value());
  EXPECT_THROW(use(layer(), *loaded), FormatError);
  for (const Layer foreign : all_layers) {
    if (foreign == layer()) continue;
    const Object turned = resealed(entry_.object, type_offset, static_cast<std::uint32_t>(type_of(foreign)));
    ASSERT_EQ(store_.publish(foreign, turned), Stored::yes);
    const auto found = store_.load(foreign, turned.hash());
    ASSERT_TRUE(found.has_value());
    EXPECT_THROW(use(foreign, *found), FormatError);
    EXPECT_THROW(use(layer(), *found), FormatError);
  }
  EXPECT_EQ(log_.text(), "");
}

INSTANTIATE_TEST_SUITE_P(InEachLayer, Rot, testing::ValuesIn(all_layers),
                         [](const auto& tested) { return std::string(name_of(tested.param)); });

}  // namespace
}  // namespace phasic
