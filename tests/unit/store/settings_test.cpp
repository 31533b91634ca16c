#include "store/settings.hpp"

#include "base/error.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

/// An environment variable with another value (or none) while it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

struct Found {
  std::string path;
  std::string source;
  friend bool operator==(const Found&, const Found&) = default;
};
Found found(const char* flag, const char* cache_dir, const char* home, const char* xdg) {
  const Variable first("PHASIC_CACHE_DIR", cache_dir);
  const Variable second("HOME", home);
  const Variable third("XDG_CACHE_HOME", xdg);
  const CacheDirectory directory = find_cache_directory(flag);
  return {directory.path.string(), directory.source};
}

TEST(CacheDirectory, IsTheFlagsThenTheVariables) {
  EXPECT_EQ(found("/flag", "/variable", "/home", "/xdg"), (Found{"/flag", "--cache-dir"}));
  EXPECT_EQ(found("", "/variable", "/home", "/xdg"), (Found{"/variable", "PHASIC_CACHE_DIR"}));
}

TEST(CacheDirectory, IsTheOneInHomeIfItExistsElseXdgs) {
  const ScratchDirectory scratch;
  const std::string home = scratch.path().string();
  const std::string ours = home + "/.phasic_cache";
  EXPECT_EQ(found("", nullptr, home.c_str(), "/xdg"), (Found{"/xdg/phasic", "XDG_CACHE_HOME"}));
  EXPECT_EQ(found("", "", home.c_str(), nullptr), (Found{ours, "default"}));
  EXPECT_EQ(found("", "", home.c_str(), ""), (Found{ours, "default"}));
  fs::create_directory(ours);
  EXPECT_EQ(found("", nullptr, home.c_str(), "/xdg"), (Found{ours, "~/.phasic_cache exists"}));
}

TEST(CacheDirectory, DoesWithoutAHomeWhereItCan) {
  EXPECT_EQ(found("", nullptr, nullptr, "/xdg"), (Found{"/xdg/phasic", "XDG_CACHE_HOME"}));
  EXPECT_THROW(found("", nullptr, nullptr, nullptr), UsageError);
}

TEST(CacheMode, IsReadFromFiveNamesOnly) {
  for (const char* name : {"off", "ro", "rw", "refresh", "verify"}) {
    const auto mode = parse_cache_mode(name);
    ASSERT_TRUE(mode) << name;
    EXPECT_EQ(name_of(*mode), name);
  }
  for (const char* name : {"", "on", "OFF", "read-only"}) EXPECT_FALSE(parse_cache_mode(name)) << name;
}

}  // namespace
}  // namespace phasic
