// Many processes at one store: whatever they do to each other, nobody reads what was not written.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <functional>
#include <thread>

#include "base/termination.hpp"
#include "store/inventory.hpp"
#include "store/prune.hpp"
#include "store/removal.hpp"
#include "support/cases.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

pid_t start_child(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::_exit(body() ? 0 : 1);
}
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Object numbered_object(int number, std::size_t size = 20'000) {
  return object_of(std::to_string(number) + std::string(size, static_cast<char>('a' + number % 26)));
}

TEST(StoreRace, SixtyFourWritersOfOneKeyMakeOneObject) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const Object object = numbered_object(1);
  const Record record = record_of("model", object);
  std::vector<pid_t> children;
  for (int i = 0; i < 64; ++i) {
    children.push_back(start_child([&] {
      Store store = store_in(scratch.root(), log);
      return store.publish(Layer::graphs, object) == Stored::yes && store.file(record) == Stored::yes &&
             store.load(Layer::graphs, object.hash()).has_value();
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(all_files(scratch.root()).size(), 4U);
  EXPECT_EQ(log.text(), "");
}

TEST(StoreRace, ThreadsMayEachHaveAStoreOfTheirOwn) {
  const ScratchDirectory scratch;
  const KeptLog log;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        Store store = store_in(scratch.root(), log);
        for (int n = 0; n < 20; ++n) {
          const Object object = numbered_object(n);
          if (store.publish(Layer::graphs, object) == Stored::no) ++failures;
          if (!store.load(Layer::graphs, object.hash())) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(log.text(), "");
}

// Readers and writers, a prune that takes everything, and a clear, all at once: a read is a miss or whole.
TEST(StoreRace, PruneAndClearOnlyMakeMisses) {
  const ScratchDirectory scratch;
  const KeptLog log;
  constexpr int rounds = 150;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(start_child([&] {
      Store store = store_in(scratch.root(), log);
      for (int n = 0; n < rounds; ++n) {
        const Object object = numbered_object(n % 10);
        store.publish(Layer::graphs, object);
        store.file(record_of(std::to_string(n % 10), object));
        const auto read = store.load(Layer::graphs, object.hash());
        if (read && !std::ranges::equal(read->bytes(), object.bytes())) return false;
      }
      return true;
    }));
  }
  const Tree tree(scratch.root(), {});
  std::vector<pid_t> sweepers;
  sweepers.push_back(start_child([&] {
    PruneLimits limits;
    limits.max_files = 1;
    limits.min_age = 0;
    for (;;) prune(tree, all_layers, limits, DryRun::no, [](const std::string&) {});
    return true;
  }));
  sweepers.push_back(start_child([&] {
    for (;;) {
      clear(tree, all_layers, [](const std::string&) {});
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }));
  for (const pid_t child : children) EXPECT_EQ(wait_for(child), 0);
  for (const pid_t sweeper : sweepers) {
    ::kill(sweeper, SIGKILL);
    wait_for(sweeper);
  }
  // Who loses its temporary twice in a row stores nothing and says so; nobody reads anything damaged.
  EXPECT_EQ(log.text().find("damaged"), std::string::npos) << log.text();
  EXPECT_EQ(log.text().find("truncated"), std::string::npos) << log.text();
}

TEST(StoreRace, AKilledWriterLeavesNothingThatIsRead) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const int writers = static_cast<int>(test::cases(40));
  for (int i = 0; i < writers; ++i) {
    // So large that most die while they write.
    const Object object = numbered_object(i, 2'000'000);
    const pid_t child = start_child([&] {
      Store store = store_in(scratch.root(), log);
      return store.publish(Layer::graphs, object) == Stored::yes;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(4000 * i / writers));
    ::kill(child, SIGKILL);
    wait_for(child);
    Store store = store_in(scratch.root(), log);
    const auto read = store.load(Layer::graphs, object.hash());
    EXPECT_TRUE(!read || std::ranges::equal(read->bytes(), object.bytes()));
  }
  EXPECT_EQ(log.text(), "");
}

TEST(StoreRace, ATerminatedWriterLeavesNothingAtAll) {
  const ScratchDirectory scratch;
  const KeptLog log;
  int terminated = 0;
  for (int i = 0; i < 40; ++i) {
    const pid_t child = start_child([&] {
      ::signal(SIGTERM, SIG_DFL);
      remove_temporaries_on_termination();
      Store store = store_in(scratch.root(), log);
      for (int n = 0;; ++n) store.publish(Layer::graphs, numbered_object(i * 1000 + n));
      return true;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 100 * i));
    ::kill(child, SIGTERM);
    const int status = wait_for(child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) ++terminated;
  }
  EXPECT_EQ(terminated, 40);
  for (const std::string& file : all_files(scratch.root())) {
    EXPECT_EQ(file.find(".tmp."), std::string::npos) << file;
  }
}

// The temporary is taken away between its making and its publication: it is written once more.
TEST(StoreRace, AWriterWhoseTemporaryVanishedWritesOnceMore) {
  const ScratchDirectory scratch;
  const KeptLog log;
  const Tree tree(scratch.root(), {});
  const pid_t sweeper = start_child([&] {
    for (;;) {
      for_each_shard(tree, Layer::graphs, FileKind::object,
                     [](const OpenDirectory& shard, const ShardContent& content) {
                       for (const Temporary& temporary : content.temporaries) {
                         ::unlinkat(shard.descriptor.get(), temporary.name.c_str(), 0);
                       }
                     });
    }
    return true;
  });
  int stored = 0;
  Store store = store_in(scratch.root(), log);
  for (int i = 0; i < 200; ++i) {
    if (store.publish(Layer::graphs, numbered_object(i)) == Stored::yes) ++stored;
  }
  ::kill(sweeper, SIGKILL);
  wait_for(sweeper);
  // Losing the race twice in a row is possible, and then costs caching only.
  EXPECT_GT(stored, 100);
  EXPECT_LE(log.line_count(), 1U) << log.text();
}

}  // namespace
}  // namespace phasic
