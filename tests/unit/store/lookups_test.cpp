#include "store/lookups.hpp"

#include <gtest/gtest.h>

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;

Store store_in(const std::filesystem::path& directory, const Log& log,
               CacheMode mode = CacheMode::read_write) {
  StoreSettings settings;
  settings.mode = mode;
  settings.directory = directory;
  settings.sync_files = false;
  return Store(std::move(settings), log);
}

Record record_for(const Object& object) {
  Record record;
  record.parts = {{"name", "value"}};
  record.request = request_key("graph", record.parts);
  record.object = object.hash();
  record.length = object.bytes().size();
  return record;
}

TEST(Lookups, AMissIsOfWhatWasPublishedAfterIt) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log.log());
  const Object object = object_of("made");
  store.find(Layer::graphs, record_for(object).request);
  ASSERT_EQ(store.lookups().size(), 1U);
  EXPECT_EQ(store.lookups()[0].outcome, LookupOutcome::miss);
  EXPECT_EQ(store.lookups()[0].key, std::nullopt);
  store.publish(Layer::graphs, object);
  ASSERT_EQ(store.lookups().size(), 1U);
  EXPECT_EQ(store.lookups()[0].by, LookupBy::request);
  EXPECT_EQ(store.lookups()[0].key, object.hash());
  store.publish(Layer::graphs, object_of("another"));
  EXPECT_EQ(store.lookups()[0].key, object.hash());
}

TEST(Lookups, AHitIsARecordAndItsObject) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log.log());
  const Object object = object_of("made");
  store.publish(Layer::graphs, object);
  store.file(record_for(object));
  const auto record = store.find(Layer::graphs, record_for(object).request);
  EXPECT_TRUE(store.lookups().empty());  // not before the object was read
  store.load(Layer::graphs, record->object);
  ASSERT_EQ(store.lookups().size(), 1U);
  EXPECT_EQ(store.lookups()[0].by, LookupBy::request);
  EXPECT_EQ(store.lookups()[0].outcome, LookupOutcome::hit);
  EXPECT_EQ(store.lookups()[0].key, object.hash());
  EXPECT_GT(store.lookups()[0].seconds, 0);
}

TEST(Lookups, ARecordWithoutItsObjectIsAMiss) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log.log());
  const Object object = object_of("gone");
  store.file(record_for(object));
  store.find(Layer::graphs, record_for(object).request);
  store.load(Layer::graphs, object.hash());
  ASSERT_EQ(store.lookups().size(), 1U);
  EXPECT_EQ(store.lookups()[0].outcome, LookupOutcome::miss);
  EXPECT_EQ(store.lookups()[0].by, LookupBy::request);
}

TEST(Lookups, AKeyIsNoRequest) {
  const ScratchDirectory scratch;
  const KeptLog log;
  Store store = store_in(scratch.root(), log.log());
  const Object object = object_of("made");
  store.publish(Layer::graphs, object);
  store.load(Layer::graphs, object.hash());
  store.load(Layer::traces, object.hash());
  ASSERT_EQ(store.lookups().size(), 2U);
  EXPECT_EQ(store.lookups()[0].by, LookupBy::key);
  EXPECT_EQ(store.lookups()[0].outcome, LookupOutcome::hit);
  EXPECT_EQ(store.lookups()[1].layer, Layer::traces);
  EXPECT_EQ(store.lookups()[1].outcome, LookupOutcome::miss);
}

TEST(Lookups, ACacheThatIsNotAskedHasNone) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const Object object = object_of("made");
  for (const CacheMode mode : {CacheMode::off, CacheMode::refresh}) {
    Store store = store_in(scratch.root(), log.log(), mode);
    store.find(Layer::graphs, record_for(object).request);
    store.publish(Layer::graphs, object);
    EXPECT_TRUE(store.lookups().empty()) << name_of(mode);
  }
}

}  // namespace
}  // namespace phasic
