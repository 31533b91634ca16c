#include "store/prune.hpp"

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

constexpr Stamp hour = 3600 * stamp_second;
constexpr Stamp this_hour = 1'000'000 * hour;

/// A file last used `hours` ago.
CacheFile file_used(double hours, std::uint64_t size = 4096, FileKind kind = FileKind::object, int name = 0) {
  CacheFile file;
  file.name[0] = static_cast<std::byte>(name);
  file.last_use = this_hour - static_cast<Stamp>(hours * static_cast<double>(hour));
  file.size = size;
  file.kind = kind;
  return file;
}
/// How many hours ago the victims were used, in the order in which they go.
std::vector<double> victims(std::vector<CacheFile> files, const PruneLimits& limits) {
  std::vector<double> ages;
  for (const CacheFile& file : plan_prune(std::move(files), limits, this_hour).victims) {
    ages.push_back(static_cast<double>(this_hour - file.last_use) / static_cast<double>(hour));
  }
  std::ranges::sort(ages, std::greater());
  return ages;
}
using Ages = std::vector<double>;

PruneLimits bytes_limit(std::uint64_t bytes) {
  PruneLimits limits;
  limits.max_bytes = bytes;
  return limits;
}

TEST(PrunePlan, TakesTheOldestUntilTheSizeFits) {
  const std::vector<CacheFile> files{file_used(5), file_used(30), file_used(10), file_used(20)};
  EXPECT_EQ(victims(files, bytes_limit(4 * 4096)), Ages{});
  EXPECT_EQ(victims(files, bytes_limit(4 * 4096 - 1)), Ages{30});
  EXPECT_EQ(victims(files, bytes_limit(2 * 4096)), (Ages{30, 20}));
  EXPECT_EQ(victims(files, bytes_limit(1)), (Ages{30, 20, 10, 5}));
}

TEST(PrunePlan, CountsSizesInBlocksOfFourKibibytes) {
  const std::vector<CacheFile> files{file_used(30, 1), file_used(20, 1), file_used(10, 4097)};
  EXPECT_EQ(victims(files, bytes_limit(4 * 4096)), Ages{});
  EXPECT_EQ(victims(files, bytes_limit(3 * 4096)), Ages{30});
}

TEST(PrunePlan, TakesWhatWasNotUsedForTheAgeAndAnHour) {
  PruneLimits limits;
  limits.max_age = 24 * hour;
  const std::vector<CacheFile> files{file_used(24.5), file_used(25.5), file_used(100), file_used(3)};
  EXPECT_EQ(victims(files, limits), (Ages{100, 25.5}));
}

TEST(PrunePlan, CountsObjectsAndRecordsAlike) {
  PruneLimits limits;
  limits.max_files = 2;
  EXPECT_EQ(victims({file_used(10), file_used(20, 300, FileKind::record), file_used(30)}, limits), Ages{30});
}

TEST(PrunePlan, AppliesAllLimitsTogether) {
  PruneLimits limits = bytes_limit(2 * 4096);
  limits.max_age = 50 * hour;
  const std::vector<CacheFile> files{file_used(60), file_used(40), file_used(30), file_used(20)};
  EXPECT_EQ(victims(files, limits), (Ages{60, 40}));
  limits.max_files = 1;
  EXPECT_EQ(victims(files, limits), (Ages{60, 40, 30}));
}

TEST(PrunePlan, SparesWhatWasUsedLatelyAndCountsIt) {
  PruneLimits limits = bytes_limit(1);
  const std::vector<CacheFile> files{file_used(1.9), file_used(0), file_used(2.1)};
  EXPECT_EQ(victims(files, limits), Ages{2.1});
  EXPECT_EQ(plan_prune(files, limits, this_hour).spared.objects, 2U);
  limits.min_age = 0;
  EXPECT_EQ(victims(files, limits), (Ages{2.1, 1.9, 0}));
  limits.min_age = 3 * hour;
  EXPECT_EQ(victims(files, limits), Ages{});
}

TEST(PrunePlan, PrefersRecordsThenPathsAmongEquals) {
  PruneLimits limits;
  limits.max_files = 2;
  const auto plan = plan_prune({file_used(9, 1, FileKind::object, 1), file_used(9, 1, FileKind::record, 2),
                                file_used(9, 1, FileKind::object, 0), file_used(9, 1, FileKind::record, 3)},
                               limits, this_hour);
  ASSERT_EQ(plan.victims.size(), 2U);
  EXPECT_EQ(plan.victims[0].kind, FileKind::record);
  EXPECT_EQ(plan.victims[1].kind, FileKind::record);
  limits.max_files = 1;
  const auto more = plan_prune({file_used(9, 1, FileKind::object, 1), file_used(9, 1, FileKind::object, 0)},
                               limits, this_hour);
  ASSERT_EQ(more.victims.size(), 1U);
  EXPECT_EQ(more.victims[0].name[0], std::byte{0});
}

TEST(PrunePlan, RemovesRecordsBeforeObjectsWhateverTheirAge) {
  const auto plan =
      plan_prune({file_used(30), file_used(10, 1, FileKind::record)}, bytes_limit(1), this_hour);
  ASSERT_EQ(plan.victims.size(), 2U);
  EXPECT_EQ(plan.victims[0].kind, FileKind::record);
}

/// A cache with objects of known ages.
class Pruning : public testing::Test {
 protected:
  Pruning() { limits_.max_files = 1; }
  fs::path add(const std::string& content, std::chrono::seconds used_ago) {
    const Object object = object_of(content);
    store_.publish(Layer::graphs, object);
    const fs::path path = path_in(scratch_.root(), place_of(Layer::graphs, object.hash()));
    age(path, used_ago);
    return path;
  }
  PruneResult run(DryRun dry_run = DryRun::no) {
    told_.clear();
    return prune(tree_, all_layers, limits_, dry_run,
                 [&](const std::string& path) { told_.push_back(path); });
  }
  ScratchDirectory scratch_;
  KeptLog log_;
  Store store_ = store_in(scratch_.root(), log_);
  Tree tree_{scratch_.root(), {}};
  PruneLimits limits_;
  std::vector<std::string> told_;
};

TEST_F(Pruning, RemovesCountsAndTells) {
  const fs::path old = add("old", std::chrono::hours(30));
  const fs::path older = add("older", std::chrono::hours(40));
  const fs::path fresh = add("fresh", std::chrono::hours(20));
  const PruneResult result = run();
  EXPECT_EQ(result.outcome, PruneResult::Outcome::done);
  EXPECT_FALSE(fs::exists(old));
  EXPECT_FALSE(fs::exists(older));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_EQ(result.removed.objects, 2U);
  EXPECT_EQ(result.removed.bytes, 2U * 4096U);
  EXPECT_EQ(result.kept.objects, 1U);
  EXPECT_EQ(result.kept.bytes, 4096U);
  EXPECT_EQ(result.spared.objects, 0U);
  EXPECT_EQ(told_.size(), 2U);
  EXPECT_FALSE(fs::exists(scratch_.root() / ".prune.lock"));
}

TEST_F(Pruning, TakesARecordAlongWithItsObjectAsOneQueue) {
  const Object object = object_of("old");
  const Record record = record_of("model", object);
  const fs::path path = add("old", std::chrono::hours(30));
  store_.file(record);
  age(path_in(scratch_.root(), place_of(Layer::graphs, record.request)), std::chrono::hours(31));
  const PruneResult result = run();
  EXPECT_EQ(result.removed.records, 1U);
  EXPECT_EQ(result.removed.objects, 0U);
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(Pruning, RemovesNothingInADryRun) {
  add("old", std::chrono::hours(30));
  add("older", std::chrono::hours(40));
  const auto before = all_files(scratch_.root());
  const PruneResult result = run(DryRun::yes);
  EXPECT_EQ(result.removed.objects, 1U);
  EXPECT_EQ(told_.size(), 1U);
  EXPECT_EQ(all_files(scratch_.root()), before);
}

TEST_F(Pruning, SparesWhatIsInUse) {
  add("one", std::chrono::minutes(5));
  add("two", std::chrono::minutes(5));
  const PruneResult result = run();
  EXPECT_EQ(result.removed.objects, 0U);
  EXPECT_EQ(result.kept.objects, 2U);
  EXPECT_EQ(result.spared.objects, 2U);
}

// Between the survey and the removal another process used the file.
TEST_F(Pruning, LooksAtAStampAgainBeforeItRemoves) {
  const fs::path first = add("one", std::chrono::hours(50));
  const fs::path second = add("two", std::chrono::hours(40));
  const fs::path third = add("three", std::chrono::hours(30));
  const PruneResult result = prune(tree_, all_layers, limits_, DryRun::no, [&](const std::string& path) {
    for (const fs::path& other : {first, second}) {
      if (path != other && fs::exists(other)) age(other, std::chrono::seconds(0));
    }
  });
  EXPECT_EQ(result.removed.objects, 1U);
  EXPECT_EQ(result.spared.objects, 1U);
  EXPECT_EQ(result.kept.objects, 2U);
  EXPECT_TRUE(fs::exists(first) || fs::exists(second));
}

TEST_F(Pruning, RemovesWhatKilledProcessesLeftAfterADay) {
  limits_.max_files = 100;
  const fs::path shard = add("one", std::chrono::hours(30)).parent_path();
  const fs::path index = scratch_.root() / "graphs" / "index" / "ab";
  fs::create_directories(index);
  std::vector<fs::path> litter{shard / ".tmp.host.1.0123456789abcdef", index / ".tmp.host.2.0123456789abcdef",
                               scratch_.root() / ".tmp.host.3.0123456789abcdef",
                               scratch_.root() / ".prune.host.4"};
  for (const fs::path& path : litter) {
    write_text(path, "half");
    age(path, std::chrono::hours(23));
  }
  EXPECT_EQ(run().temporaries_removed, 0U);
  for (const fs::path& path : litter) age(path, std::chrono::hours(25));
  EXPECT_EQ(run(DryRun::yes).temporaries_removed, 4U);
  EXPECT_EQ(run().temporaries_removed, 4U);
  for (const fs::path& path : litter) EXPECT_FALSE(fs::exists(path)) << path;
}

TEST_F(Pruning, SetsAStampThatIsFarInTheFutureToNow) {
  const fs::path future = add("from the future", -std::chrono::hours(48));
  const fs::path ahead = add("a little ahead", -std::chrono::hours(3));
  const std::time_t before = modified(ahead);
  limits_.max_files = 100;
  run();
  EXPECT_NEAR(static_cast<double>(modified(future)), static_cast<double>(std::time(nullptr)), 60);
  EXPECT_EQ(modified(ahead), before);
}

TEST_F(Pruning, LeavesStrangersFilesWhateverTheLimit) {
  const fs::path shard = add("one", std::chrono::hours(30)).parent_path();
  add("two", std::chrono::hours(31));
  const std::vector<fs::path> strange{scratch_.root() / "python_cache.pkl", shard / "notes.txt",
                                      scratch_.root() / "graphs" / "README"};
  for (const fs::path& path : strange) {
    write_text(path, std::string(100'000, 'x'));
    age(path, std::chrono::hours(10'000));
  }
  limits_.max_age = 2 * hour;
  run();
  for (const fs::path& path : strange) EXPECT_TRUE(fs::exists(path)) << path;
}

TEST_F(Pruning, KeepsToTheLayersItIsGiven) {
  add("one", std::chrono::hours(30));
  limits_.max_age = 2 * hour;
  const std::vector<Layer> traces{Layer::traces};
  EXPECT_EQ(prune(tree_, traces, limits_, DryRun::no, [](const std::string&) {}).kept.objects, 0U);
  EXPECT_EQ(take_stock(tree_, Layer::graphs).object_count, 1U);
}

TEST_F(Pruning, LeavesAtOnceWhereAnotherIsAtWork) {
  add("one", std::chrono::hours(30));
  add("two", std::chrono::hours(30));
  write_text(scratch_.root() / ".prune.lock", "");
  EXPECT_EQ(run().outcome, PruneResult::Outcome::another_at_work);
  EXPECT_EQ(take_stock(tree_, Layer::graphs).object_count, 2U);
  age(scratch_.root() / ".prune.lock", std::chrono::minutes(11));
  EXPECT_EQ(run().outcome, PruneResult::Outcome::done);
  EXPECT_FALSE(fs::exists(scratch_.root() / ".prune.lock"));
}

TEST_F(Pruning, DoesNothingWithoutADirectory) {
  EXPECT_EQ(run().outcome, PruneResult::Outcome::no_directory);
  EXPECT_FALSE(fs::exists(scratch_.root()));
}

TEST_F(Pruning, FindsCompiledCodeThatLiesElsewhereThoughTheCacheIsGone) {
  const fs::path elsewhere = scratch_.path() / "elsewhere";
  StoreSettings settings;
  settings.directory = scratch_.root();
  settings.compiled_directory = elsewhere;
  const KeptLog log;
  const Object code = object_of("code", ObjectType::compiled);
  ASSERT_EQ(Store(settings, log.log()).publish(Layer::compiled, code), Stored::yes);
  fs::remove_all(scratch_.root());
  PruneLimits limits;
  limits.max_bytes = 0;
  limits.min_age = 0;
  const auto result = prune(Tree(scratch_.root(), elsewhere), all_layers, limits, DryRun::no, [](auto&) {});
  EXPECT_EQ(result.removed.objects, 1U);
  EXPECT_FALSE(fs::exists(scratch_.root()));
}

TEST_F(Pruning, CountsWhatItCannotRemove) {
  const fs::path path = add("one", std::chrono::hours(30));
  const fs::path other = add("two", std::chrono::hours(31));
  const Unprivileged user(scratch_.path());
  fs::permissions(other.parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
  const PruneResult result = run();
  fs::permissions(other.parent_path(), fs::perms::owner_all);
  EXPECT_EQ(result.failure_count, 1U);
  EXPECT_NE(result.first_failure.find("Permission denied"), std::string::npos);
  EXPECT_EQ(result.kept.objects, 2U);
}

}  // namespace
}  // namespace phasic
