#include "store/layout.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

const ObjectHash hash_of_abc{sha256(as_bytes("abc"))};  // ba7816bf...
const std::string hex_of_abc = to_hex(hash_of_abc);

TEST(Layout, PutsObjectsAndRecordsIntoShards) {
  EXPECT_EQ(relative_path(place_of(Layer::graphs, hash_of_abc)), "graphs/ba/" + hex_of_abc + ".phg");
  EXPECT_EQ(relative_path(place_of(Layer::traces, hash_of_abc)), "traces/ba/" + hex_of_abc + ".pht");
  EXPECT_EQ(relative_path(place_of(Layer::compiled, hash_of_abc)), "compiled/ba/" + hex_of_abc + ".phc");
  EXPECT_EQ(relative_path(place_of(Layer::traces, RequestKey{hash_of_abc.bytes})),
            "traces/index/ba/" + hex_of_abc);
}

TEST(Layout, KnowsItsOwnNames) {
  EXPECT_EQ(parse_file_name(Layer::graphs, FileKind::object, "ba", hex_of_abc + ".phg"), hash_of_abc.bytes);
  EXPECT_EQ(parse_file_name(Layer::graphs, FileKind::record, "ba", hex_of_abc), hash_of_abc.bytes);
}

TEST(Layout, DisownsEveryOtherNameOrPlace) {
  std::string upper = hex_of_abc;
  upper[0] = 'B';
  std::string foreign = hex_of_abc + ".phg";
  foreign[0] = 'x';
  for (const std::string& name :
       {hex_of_abc, hex_of_abc + ".pht", hex_of_abc + ".phg.tmp", hex_of_abc.substr(1) + ".phg",
        upper + ".phg", foreign, std::string(".phg"), std::string()}) {
    EXPECT_FALSE(parse_file_name(Layer::graphs, FileKind::object, "ba", name)) << name;
  }
  EXPECT_FALSE(parse_file_name(Layer::graphs, FileKind::object, "bb", hex_of_abc + ".phg"));
  EXPECT_FALSE(parse_file_name(Layer::graphs, FileKind::record, "ba", hex_of_abc + ".phg"));
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
