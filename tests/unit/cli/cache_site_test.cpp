#include "cli/cache_site.hpp"

#include <sys/stat.h>

#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

class Site : public testing::Test {
 protected:
  Site() {
    Store store = store_in(scratch_.path() / "cache", log_);
    store.publish(Layer::graphs, graph_);
  }
  [[nodiscard]] CacheSite site() const {
    StoreSettings settings;
    settings.directory = scratch_.path() / "cache";
    settings.mode = CacheMode::off;
    return make_site(std::move(settings), log_);
  }
  ScratchDirectory scratch_;
  Log log_{"test", LogLevel::off};
  Object graph_ = object_of(ObjectType::graph, "a graph");
};

TEST_F(Site, ResolvesLayersByNameAndAllWithoutOne) {
  EXPECT_EQ(resolve_layers({}), (std::vector<Layer>{Layer::graphs, Layer::traces, Layer::compiled}));
  EXPECT_EQ(resolve_layers({"traces", "graphs", "traces"}),
            (std::vector<Layer>{Layer::traces, Layer::graphs}));
  const Caught caught = caught_from([] { resolve_layers({"grahps"}); });
  EXPECT_EQ(caught.code, 2);
  EXPECT_EQ(caught.line, "unknown layer grahps; did you mean graphs?");
}

TEST_F(Site, ResolvesKeysWhateverTheMode) {
  const std::string hex = to_hex(graph_.hash());
  EXPECT_EQ(resolve_object(site(), hex).hash, graph_.hash());
  EXPECT_EQ(resolve_object(site(), hex.substr(0, 8)).layer, Layer::graphs);
}

TEST_F(Site, RefusesWhatIsNoKeyOrNotThere) {
  const std::string hex = to_hex(graph_.hash());
  EXPECT_EQ(caught_from([&] { resolve_object(site(), hex.substr(0, 7)); }).code, 2);
  EXPECT_EQ(caught_from([&] { resolve_object(site(), hex + "0"); }).code, 2);
  EXPECT_EQ(caught_from([&] { resolve_object(site(), "ABCDEF0123"); }).code, 2);
  EXPECT_EQ(caught_from([&] { resolve_object(site(), std::string(64, '0')); }).code, 66);
}

TEST_F(Site, IsUsableUnlessOthersMayWriteThere) {
  EXPECT_NO_THROW(require_usable(site()));
  ::chmod((scratch_.path() / "cache").c_str(), 0777);
  EXPECT_EQ(caught_from([&] { require_usable(site()); }).code, 66);
  EXPECT_NO_THROW(require_known_layout(site()));
  scratch_.write("cache/VERSION", "2\n");
  EXPECT_EQ(caught_from([&] { require_known_layout(site()); }).code, 66);
}

}  // namespace
}  // namespace phasic
