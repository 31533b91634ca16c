#include "base/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace phasic {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A terminal whose other end the test reads.
class Terminal {
 public:
  Terminal() {
    int slave = -1;
    EXPECT_EQ(::openpty(&master_, &slave, nullptr, nullptr, nullptr), 0);
    file_ = ::fdopen(slave, "w");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(file_);
    ::close(master_);
  }
  [[nodiscard]] std::FILE* file() const { return file_; }
  [[nodiscard]] std::string read() const {
    std::array<char, 4096> text{};
    const ssize_t count = ::read(master_, text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(count > 0 ? count : 0)};
  }

 private:
  int master_ = -1;
  std::FILE* file_ = nullptr;
};

TEST(Progress, SaysNothingOfShortWork) {
  const Terminal terminal;
  const Log log("test");
  Progress progress(log, "exploring", "states", terminal.file());
  EXPECT_FALSE(progress.is_due());
}

TEST(Progress, RewritesOneLineOnATerminalAndWipesIt) {
  const Terminal terminal;
  const Log log("test");
  {
    Progress progress(log, "exploring", "states", terminal.file());
    std::this_thread::sleep_for(1100ms);
    ASSERT_TRUE(progress.is_due());
    progress.show(1'234'567, 0, "3,000 to go");
    EXPECT_FALSE(progress.is_due());
    const std::string line = terminal.read();
    EXPECT_THAT(line, HasSubstr("exploring: 1,234,567 states, "));
    EXPECT_THAT(line, HasSubstr("/s, 3,000 to go"));
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
  EXPECT_EQ(terminal.read(), "\r\x1b[K");
}

TEST(Progress, KnowsWhatIsLeftWhereTheTotalIsKnown) {
  const Terminal terminal;
  const Log log("test");
  Progress progress(log, "answering", "rows", terminal.file());
  std::this_thread::sleep_for(20ms);
  progress.show(250, 1000);
  EXPECT_THAT(terminal.read(), HasSubstr(", 25 %, 0 s left"));
}

TEST(Progress, IsSilentWhereItIsQuietOrNoTerminal) {
  const Terminal terminal;
  const Log quiet("test", LogLevel::error);
  Progress hushed(quiet, "exploring", "states", terminal.file());
  std::FILE* file = std::tmpfile();
  const Log log("test");
  Progress unseen(log, "exploring", "states", file);
  std::this_thread::sleep_for(1100ms);
  EXPECT_FALSE(hushed.is_due());
  EXPECT_FALSE(unseen.is_due());
  std::fclose(file);
}

TEST(GroupedDigits, SeparatesThousands) {
  EXPECT_EQ(grouped_digits(0), "0");
  EXPECT_EQ(grouped_digits(999), "999");
  EXPECT_EQ(grouped_digits(1000), "1,000");
  EXPECT_EQ(grouped_digits(12345678), "12,345,678");
}

}  // namespace
}  // namespace phasic
