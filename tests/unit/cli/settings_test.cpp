#include "cli/settings.hpp"

#include <gtest/gtest.h>

#include "cli/processors.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using testing_support::caught_from;

constexpr const char* variables[] = {"PHASIC_CACHE",       "PHASIC_CACHE_DIR",    "PHASIC_LOG_LEVEL",
                                     "PHASIC_JOBS",        "SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS",
                                     "PHASIC_TRUST_CACHE", "PHASIC_CACHE_FSYNC",  "PHASIC_KEEP_CORRUPT"};

struct Resolved : ::testing::Test {
  CommonOptions options;
  void SetUp() override {
    for (const char* variable : variables) ::unsetenv(variable);
  }
  void TearDown() override { SetUp(); }
  static void set(const char* variable, const char* value) { ::setenv(variable, value, 1); }
  [[nodiscard]] LogLevel level() const {
    const Log log = resolve_log(options, "phasic-test");
    for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
      if (log.shows(level)) return level;
    }
    return LogLevel::off;
  }
};

TEST_F(Resolved, TheDefaultsAreWarningsAndAReadWriteCache) {
  EXPECT_EQ(level(), LogLevel::warning);
  const StoreSettings settings = resolve_store(options);
  EXPECT_EQ(settings.mode, CacheMode::read_write);
  EXPECT_TRUE(settings.directory.empty());
  EXPECT_FALSE(settings.trust_others);
  EXPECT_TRUE(settings.sync_files);
  EXPECT_FALSE(settings.keep_corrupt);
}

TEST_F(Resolved, AFlagWinsOverItsVariable) {
  set("PHASIC_CACHE", "off");
  set("PHASIC_LOG_LEVEL", "debug");
  set("PHASIC_JOBS", "3");
  EXPECT_EQ(resolve_store(options).mode, CacheMode::off);
  EXPECT_EQ(level(), LogLevel::debug);
  EXPECT_EQ(resolve_jobs(options), 3U);
  options.cache = std::string("ro");
  options.log_level = std::string("error");
  options.jobs = std::string("5");
  EXPECT_EQ(resolve_store(options).mode, CacheMode::read_only);
  EXPECT_EQ(level(), LogLevel::error);
  EXPECT_EQ(resolve_jobs(options), 5U);
}

TEST_F(Resolved, VerboseAndQuietAreLevelsThatAnExplicitOneOverrides) {
  options.verbose = true;
  EXPECT_EQ(level(), LogLevel::info);
  options.quiet = true;
  EXPECT_EQ(level(), LogLevel::error);
  options.log_level = std::string("off");
  EXPECT_EQ(level(), LogLevel::off);
}

TEST_F(Resolved, AnEmptyVariableIsNotSet) {
  for (const char* variable : variables) set(variable, "");
  EXPECT_EQ(level(), LogLevel::warning);
  EXPECT_EQ(resolve_store(options).mode, CacheMode::read_write);
  EXPECT_GE(resolve_jobs(options), 1U);
}

TEST_F(Resolved, WhatCannotBeReadNamesItsSourceAndTheChoices) {
  set("PHASIC_CACHE", "on");
  EXPECT_EQ(caught_from([&] { (void)resolve_store(options); }).line,
            "PHASIC_CACHE: 'on' is not possible; give off, ro, rw, refresh or verify");
  options.log_level = std::string("loud");
  const auto caught = caught_from([&] { (void)level(); });
  EXPECT_EQ(caught.code, 2);
  EXPECT_EQ(caught.line, "--log-level: 'loud' is not possible; give off, error, warning, info or debug");
  set("PHASIC_CACHE", "rw");
  set("PHASIC_CACHE_FSYNC", "no");
  EXPECT_EQ(caught_from([&] { (void)resolve_store(options); }).line,
            "PHASIC_CACHE_FSYNC: 'no' is not possible; set it to 0 or 1");
}

TEST_F(Resolved, SwitchesAreReadFromTheEnvironment) {
  set("PHASIC_TRUST_CACHE", "1");
  set("PHASIC_CACHE_FSYNC", "0");
  set("PHASIC_KEEP_CORRUPT", "1");
  const StoreSettings settings = resolve_store(options);
  EXPECT_TRUE(settings.trust_others);
  EXPECT_FALSE(settings.sync_files);
  EXPECT_TRUE(settings.keep_corrupt);
}

TEST_F(Resolved, JobsAskedForAreTakenAsTheyAre) {
  options.jobs = std::string("4096");
  EXPECT_EQ(resolve_jobs(options), 4096U);
  options.jobs = std::string("010");
  EXPECT_EQ(resolve_jobs(options), 10U);
}

TEST_F(Resolved, JobsThatAreNoNumberFrom1To4096AreRefused) {
  for (const char* text : {"0", "4097", "-1", "2.5", "two", "0x2", "18446744073709551617"}) {
    options.jobs = std::string(text);
    const auto caught = caught_from([&] { (void)resolve_jobs(options); });
    EXPECT_EQ(caught.code, 2) << text;
    EXPECT_TRUE(caught.line.ends_with("' is not possible; give a number from 1 to 4096")) << caught.line;
  }
}

TEST_F(Resolved, OtherProgramsVariablesAreWishesCappedByWhatIsThere) {
  set("OMP_NUM_THREADS", "1,2");
  EXPECT_EQ(resolve_jobs(options), 1U);
  set("OMP_NUM_THREADS", "100000");
  EXPECT_EQ(resolve_jobs(options), available_processors());
  set("SLURM_CPUS_PER_TASK", "1");
  EXPECT_EQ(resolve_jobs(options), 1U);
  set("SLURM_CPUS_PER_TASK", "");
  set("OMP_NUM_THREADS", "dynamic");
  EXPECT_EQ(resolve_jobs(options), available_processors());
}

}  // namespace
}  // namespace phasic
