#include "store/audit.hpp"

#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class Audit : public testing::Test {
 protected:
  Audit() {
    Store store = store_in(scratch_.root(), log_);
    store.publish(Layer::graphs, object_);
    store.file(record_);
  }
  [[nodiscard]] fs::path object_path() const {
    return path_in(scratch_.root(), place_of(Layer::graphs, object_.hash()));
  }
  [[nodiscard]] fs::path record_path() const {
    return path_in(scratch_.root(), place_of(Layer::graphs, record_.request));
  }
  AuditResult run() {
    faults_.clear();
    return audit(tree_, Layer::graphs, [&](const std::string& path, const std::string& fault) {
      faults_.push_back(path + ": " + fault);
    });
  }
  ScratchDirectory scratch_;
  KeptLog log_;
  Object object_ = object_of("a graph");
  Record record_ = record_of("model", object_);
  Tree tree_{scratch_.root(), {}};
  std::vector<std::string> faults_;
};

TEST_F(Audit, FindsNothingWrongWithWhatIsWhole) {
  const AuditResult result = run();
  EXPECT_EQ(result.object_count, 1U);
  EXPECT_EQ(result.record_count, 1U);
  EXPECT_EQ(result.fault_count, 0U);
}

TEST_F(Audit, NamesWhatIsDamagedAndTouchesNothing) {
  std::string text = file_text(object_path());
  text[70] ^= 1;
  write_text(object_path(), text);
  write_text(record_path(), file_text(record_path()).substr(1));
  age(object_path(), std::chrono::hours(3));
  const std::time_t before = modified(object_path());
  EXPECT_EQ(run().fault_count, 2U);
  ASSERT_EQ(faults_.size(), 2U);
  EXPECT_EQ(faults_[0], object_path().string() + ": damaged: its checksum does not match its bytes");
  EXPECT_TRUE(faults_[1].starts_with(record_path().string() + ": "));
  EXPECT_TRUE(fs::exists(object_path()));
  EXPECT_TRUE(fs::exists(record_path()));
  EXPECT_EQ(modified(object_path()), before);
  EXPECT_EQ(log_.text(), "");
}

TEST_F(Audit, NoticesObjectsAndRecordsInTheWrongPlace) {
  const std::string wrong = std::string(64, record_path().filename().string()[0]);
  fs::create_directories(scratch_.root() / "graphs/index" / wrong.substr(0, 2));
  fs::create_directories(scratch_.root() / "graphs" / wrong.substr(0, 2));
  fs::rename(record_path(), scratch_.root() / "graphs/index" / wrong.substr(0, 2) / wrong);
  fs::rename(object_path(), scratch_.root() / "graphs" / wrong.substr(0, 2) / (wrong + ".phg"));
  EXPECT_EQ(run().fault_count, 2U);
}

TEST_F(Audit, ReadsWhatIsWholeAndNothingElse) {
  const Place object_place = place_of(Layer::graphs, object_.hash());
  const Place record_place = place_of(Layer::graphs, record_.request);
  const auto object_shard = [&] { return tree_.open_shard(object_place, Missing::leave); };
  const auto record_shard = [&] { return tree_.open_shard(record_place, Missing::leave); };
  ASSERT_TRUE(read_object(object_shard(), object_place));
  ASSERT_TRUE(read_record(record_shard(), record_place));
  EXPECT_EQ(read_record(record_shard(), record_place)->object, object_.hash());
  write_text(object_path(), "rot");
  write_text(record_path(), "rot");
  EXPECT_FALSE(read_object(object_shard(), object_place));
  EXPECT_FALSE(read_record(record_shard(), record_place));
}

}  // namespace
}  // namespace phasic
