#include "store/reading.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "store/tree.hpp"
#include "unit/store/fixtures.hpp"

namespace phasic {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

/// A shard directory of its own, and an object's place in it.
class Reading : public testing::Test {
 protected:
  Reading() : directory_(::open(scratch_.path().c_str(), O_RDONLY | O_DIRECTORY)) {}
  [[nodiscard]] FileContent read() const { return read_object_file(directory_.get(), place_); }
  [[nodiscard]] fs::path path() const { return scratch_.path() / file_name(place_); }
  void write(std::string_view text) const { write_text(path(), text); }
  [[nodiscard]] std::string whole() const { return std::string(as_text(object_.bytes())); }

  ScratchDirectory scratch_;
  Descriptor directory_;
  Object object_ = object_of("some content");
  Place place_ = place_of(Layer::graphs, object_.hash());
};

TEST_F(Reading, ReturnsAllBytesAlignedAndWhichFileTheyAreOf) {
  write(whole());
  const FileContent content = read();
  ASSERT_EQ(content.outcome, ReadOutcome::read);
  EXPECT_EQ(as_text(content.bytes), whole());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(content.bytes.data()) % section_alignment, 0U);
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_TRUE(is_same_file(content.identity, identity_of(status)));
  age(path(), std::chrono::hours(1));
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_FALSE(is_same_file(content.identity, identity_of(status)));
}

TEST_F(Reading, FindsNothingWhereNothingIs) {
  EXPECT_EQ(read().outcome, ReadOutcome::absent);
}

// A pipe would be waited for, a device could do anything when it is opened.
TEST_F(Reading, OpensNothingButRegularFiles) {
  const auto refused = [&](const char* what) {
    const FileContent content = read();
    EXPECT_EQ(content.outcome, ReadOutcome::not_regular) << what;
    EXPECT_NE(content.why.find(what), std::string::npos) << content.why;
    fs::remove_all(path());
  };
  write_text(scratch_.path() / "elsewhere", whole());
  fs::create_symlink("elsewhere", path());
  refused("a symbolic link");
  fs::create_symlink("nowhere", path());
  refused("a symbolic link");
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  refused("a pipe");
  fs::create_directory(path());
  refused("a directory");
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path().string().size() < sizeof address.sun_path) {
    std::strcpy(address.sun_path, path().c_str());
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    refused("a socket");
  }
}

TEST_F(Reading, RejectsEveryCutBeforeItIsVerified) {
  const std::string text = whole();
  for (std::size_t length = 0; length < text.size(); ++length) {
    write(text.substr(0, length));
    const FileContent content = read();
    EXPECT_TRUE(content.outcome == ReadOutcome::malformed) << length;
    EXPECT_TRUE(content.bytes.empty()) << length;
  }
}

TEST_F(Reading, AllocatesNothingForALengthThatTheFileDoesNotHave) {
  std::string text = whole();
  const std::uint64_t length = (std::uint64_t{1} << 45U) + 32;
  std::memcpy(text.data() + 16, &length, sizeof length);
  write(text);
  EXPECT_EQ(read().outcome, ReadOutcome::malformed);
}

TEST_F(Reading, AllocatesNothingForAHugeFileThatDoesNotEndInItsName) {
  std::string text = whole();
  const std::uint64_t length = (std::uint64_t{1} << 40U) + 32;
  std::memcpy(text.data() + 16, &length, sizeof length);
  write(text);
  std::error_code error;
  fs::resize_file(path(), length, error);
  if (error) GTEST_SKIP() << "this file system has no sparse files of a terabyte: " << error.message();
  const FileContent content = read();
  EXPECT_EQ(content.outcome, ReadOutcome::malformed);
  EXPECT_EQ(content.bytes.capacity(), 0U);
}

TEST_F(Reading, RejectsAnObjectOfAnotherLayerOrName) {
  write_text(path(), as_text(object_of("other").bytes()));
  EXPECT_EQ(read().outcome, ReadOutcome::malformed);
  const Object trace = object_of("some content", ObjectType::trace);
  place_ = place_of(Layer::graphs, trace.hash());
  write(as_text(trace.bytes()));
  EXPECT_EQ(read().outcome, ReadOutcome::malformed);
}

TEST_F(Reading, TellsAWholeFileOfAnUnknownFormatFromADamagedOne) {
  std::string text = whole();
  text[8] = 2;  // the container's version
  write(text);
  EXPECT_EQ(read().outcome, ReadOutcome::unknown_format);
  EXPECT_FALSE(is_whole_by_name(directory_.get(), place_));

  const DigestBytes digest = sha256(as_bytes(text).first(text.size() - digest_size));
  std::memcpy(text.data() + text.size() - digest_size, digest.data(), digest_size);
  place_.name = digest;
  write(text);
  EXPECT_EQ(read().outcome, ReadOutcome::unknown_format);
  EXPECT_TRUE(is_whole_by_name(directory_.get(), place_));
}

TEST_F(Reading, DoesNotReadAHoleOfATerabyteToFindItDamaged) {
  write(whole());
  std::error_code error;
  fs::resize_file(path(), 0);
  fs::resize_file(path(), std::uintmax_t{1} << 40U, error);
  if (error) GTEST_SKIP() << "this file system has no sparse files of a terabyte: " << error.message();
  EXPECT_EQ(read().outcome, ReadOutcome::unknown_format);
  EXPECT_FALSE(is_whole_by_name(directory_.get(), place_));
}

TEST_F(Reading, ReadsSmallFilesUpToALimit) {
  write_text(scratch_.path() / "small", "text");
  const FileContent content = read_small_file(directory_.get(), "small", 4);
  EXPECT_EQ(content.outcome, ReadOutcome::read);
  EXPECT_EQ(as_text(content.bytes), "text");
  EXPECT_EQ(read_small_file(directory_.get(), "small", 3).outcome, ReadOutcome::malformed);
  EXPECT_EQ(read_small_file(directory_.get(), "none", 3).outcome, ReadOutcome::absent);
  write_text(scratch_.path() / "empty", "");
  EXPECT_EQ(read_small_file(directory_.get(), "empty", 3).outcome, ReadOutcome::read);
}

}  // namespace
}  // namespace phasic
