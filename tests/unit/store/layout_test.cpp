#include "store/layout.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

const ObjectHash hash{sha256(as_bytes("abc"))};  // ba7816bf...
const std::string hex = to_hex(hash);

TEST(Layout, PutsObjectsAndRecordsIntoShards) {
  EXPECT_EQ(relative_path(place_of(Layer::graphs, hash)), "graphs/ba/" + hex + ".phg");
  EXPECT_EQ(relative_path(place_of(Layer::traces, hash)), "traces/ba/" + hex + ".pht");
  EXPECT_EQ(relative_path(place_of(Layer::compiled, hash)), "compiled/ba/" + hex + ".phc");
  EXPECT_EQ(relative_path(place_of(Layer::traces, RequestKey{hash.bytes})), "traces/index/ba/" + hex);
}

TEST(Layout, KnowsItsOwnNames) {
  EXPECT_EQ(parse_file_name(Layer::graphs, FileKind::object, "ba", hex + ".phg"), hash.bytes);
  EXPECT_EQ(parse_file_name(Layer::graphs, FileKind::record, "ba", hex), hash.bytes);
}

TEST(Layout, DisownsEveryOtherNameOrPlace) {
  std::string upper = hex;
  upper[0] = 'B';
  std::string foreign = hex + ".phg";
  foreign[0] = 'x';
  for (const std::string& name : {hex, hex + ".pht", hex + ".phg.tmp", hex.substr(1) + ".phg", upper + ".phg",
                                  foreign, std::string(".phg"), std::string()}) {
    EXPECT_FALSE(parse_file_name(Layer::graphs, FileKind::object, "ba", name)) << name;
  }
  EXPECT_FALSE(parse_file_name(Layer::graphs, FileKind::object, "bb", hex + ".phg"));
  EXPECT_FALSE(parse_file_name(Layer::graphs, FileKind::record, "ba", hex + ".phg"));
}

TEST(Layout, ShardsAreTwoLowerCaseDigits) {
  EXPECT_TRUE(is_shard_name("0f"));
  for (const char* name : {"", "0", "0g", "0F", "00f", "in", "index"})
    EXPECT_FALSE(is_shard_name(name)) << name;
}

TEST(Layout, NamesItsLayers) {
  for (const Layer layer : all_layers) EXPECT_EQ(parse_layer(name_of(layer)), layer);
  EXPECT_FALSE(parse_layer("graph"));
  EXPECT_FALSE(parse_layer(""));
  EXPECT_EQ(type_of(Layer::traces), ObjectType::trace);
}

}  // namespace
}  // namespace phasic
