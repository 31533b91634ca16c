#include "cli/processors.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

namespace fs = std::filesystem;

struct ControlGroups : ::testing::Test {
  testing_support::ScratchDirectory mount;
  void limit(const std::string& group, std::string_view cpu_max) {
    fs::create_directories(mount.path() / group);
    mount.write(group + "/cpu.max", cpu_max);
  }
};

TEST_F(ControlGroups, AQuotaIsRoundedUpToWholeProcessors) {
  limit("job", "250000 100000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/job\n"), 3U);
  limit("job", "1000 100000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/job\n"), 1U);
}

TEST_F(ControlGroups, MaxIsNoLimit) {
  limit("job", "max 100000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/job\n"), std::nullopt);
}

TEST_F(ControlGroups, TheTightestLimitOnTheWayUpCounts) {
  limit("slice", "200000 100000\n");
  limit("slice/job", "800000 100000\n");
  limit("slice/job/step", "max 100000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/slice/job/step\n"), 2U);
  limit("slice/job/step", "100000 100000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/slice/job/step\n"), 1U);
}

TEST_F(ControlGroups, ALimitOnTheMountItselfCounts) {
  limit(".", "100000 100000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/\n"), 1U);
}

TEST_F(ControlGroups, TheUnifiedHierarchyIsFoundAmongOthers) {
  limit("job", "100000 50000\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "12:cpu,cpuacct:/other\n1:name=systemd:/x\n0::/job\n"), 2U);
}

TEST_F(ControlGroups, NonsenseSetsNoLimit) {
  limit("job", "many\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/job\n"), std::nullopt);
  limit("job", "0 0\n");
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/job\n"), std::nullopt);
  EXPECT_EQ(cgroup_processors(mount.path(), ""), std::nullopt);
  EXPECT_EQ(cgroup_processors(mount.path(), "0::/../../gone\n"), std::nullopt);
}

TEST(AvailableProcessors, AreNoMoreThanTheAffinityMaskAllows) {
  unsigned inside = 0;
  std::thread([&] {
    // The mask belongs to the thread, so that the other tests keep theirs.
    cpu_set_t mask;
    sched_getaffinity(0, sizeof mask, &mask);
    int first = 0;
    while (!CPU_ISSET(first, &mask)) ++first;
    CPU_ZERO(&mask);
    CPU_SET(first, &mask);
    ASSERT_EQ(sched_setaffinity(0, sizeof mask, &mask), 0);
    inside = available_processors();
  }).join();
  EXPECT_EQ(inside, 1U);
  EXPECT_GE(available_processors(), 1U);
}

}  // namespace
}  // namespace phasic
