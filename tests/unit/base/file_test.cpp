#include "base/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "base/error.hpp"

namespace phasic {
namespace {

struct Files : ::testing::Test {
  std::filesystem::path directory;
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "phasic-base-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory); }
  [[nodiscard]] std::filesystem::path file(std::string_view text) const {
    std::ofstream(directory / "file", std::ios::binary) << text;
    return directory / "file";
  }
};

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) != -1;
}

TEST_F(Files, ADescriptorClosesAtTheEndOfItsScope) {
  int number = -1;
  {
    const Descriptor opened(::open("/dev/null", O_RDONLY));
    number = opened.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST_F(Files, ADescriptorThatIsMovedClosesOnce) {
  Descriptor first(::open("/dev/null", O_RDONLY));
  const int number = first.get();
  Descriptor second(std::move(first));
  EXPECT_EQ(second.get(), number);
  Descriptor third(::open("/dev/null", O_RDONLY));
  const int replaced = third.get();
  third = std::move(second);
  EXPECT_FALSE(is_open(replaced));
  EXPECT_EQ(third.get(), number);
  EXPECT_EQ(third.close(), 0);
  EXPECT_FALSE(third.is_open());
  EXPECT_FALSE(is_open(number));
}

TEST_F(Files, ReadingGoesOnUntilThePipeEnds) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor reading(ends[0]);
  std::thread writer([end = ends[1]] {
    const Descriptor writing(end);
    for (const char* part : {"one ", "two ", "three"}) {
      EXPECT_EQ(write_fully(writing.get(), as_bytes(part)), 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  std::string text(20, '.');
  EXPECT_EQ(read_fully(reading.get(), std::as_writable_bytes(std::span(text)), "pipe"), 13U);
  EXPECT_EQ(text, "one two three.......");
  writer.join();
}

TEST_F(Files, AReadErrorNamesItsPlace) {
  std::string text(1, '.');
  try {
    read_fully(-1, std::as_writable_bytes(std::span(text)), "graph.phg");
    FAIL() << "nothing was thrown";
  } catch (const IoError& error) {
    EXPECT_STREQ(error.what(), "graph.phg: cannot read: Bad file descriptor");
  }
}

TEST_F(Files, WritingSaysWhereItStopped) {
  const Descriptor full(::open("/dev/full", O_WRONLY));
  EXPECT_EQ(write_fully(full.get(), as_bytes("x")), ENOSPC);
}

TEST_F(Files, ATextFileIsReadWhole) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{200000}}) {
    const std::string text(size, 'x');
    EXPECT_EQ(read_text_file(file(text), 1U << 20U), text);
  }
}

TEST_F(Files, ATextFileBeyondItsLimitIsRefused) {
  EXPECT_EQ(read_text_file(file(std::string(100, 'x')), 100).size(), 100U);
  EXPECT_THROW(read_text_file(file(std::string(101, 'x')), 100), LimitError);
}

TEST_F(Files, ATextFileThatIsNotThereIsMissingInput) {
  EXPECT_THROW(read_text_file(directory / "nowhere", 100), MissingError);
}

}  // namespace
}  // namespace phasic
