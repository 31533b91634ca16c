#include "base/temporary_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>

#include "base/number_text.hpp"

namespace phasic {

namespace {

constexpr std::string_view name_prefix = ".tmp.";
constexpr std::size_t random_digits = 16;
constexpr std::size_t longest_host = 64;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}
bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number) return number;
  // Early in a machine's life there is no entropy yet; names are exclusive anyway.
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::string hex_of(std::uint64_t number) {
  std::string text(random_digits, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) {
    *digit = "0123456789abcdef"[number & 15U];
  }
  return text;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> raw{};
  if (::gethostname(raw.data(), raw.size() - 1) != 0 || raw[0] == '\0') return "localhost";
  std::string name(raw.data());
  std::ranges::replace_if(
      name, [](char c) { return !is_host_character(c); }, '-');
  return name.substr(0, longest_host);
}

std::string make_temporary_name() {
  std::string name(name_prefix);
  name += host_name();
  name += '.';
  name += std::to_string(::getpid());
  name += '.';
  name += hex_of(random_number());
  return name;
}

bool is_temporary_name(std::string_view name) {
  if (!name.starts_with(name_prefix)) return false;
  name.remove_prefix(name_prefix.size());
  const std::size_t random_dot = name.rfind('.');
  if (random_dot == std::string_view::npos) return false;
  const auto random = name.substr(random_dot + 1);
  name = name.substr(0, random_dot);
  const std::size_t pid_dot = name.rfind('.');
  if (pid_dot == std::string_view::npos) return false;
  const auto host = name.substr(0, pid_dot);
  return random.size() == random_digits && std::ranges::all_of(random, is_hex_digit) &&
         parse_unsigned(name.substr(pid_dot + 1)).has_value() && !host.empty() &&
         host.size() <= longest_host && std::ranges::all_of(host, is_host_character);
}

TemporaryFile::TemporaryFile(int directory, mode_t mode)
    : directory_(directory), name_(make_temporary_name()), removal_(directory, name_) {
  file_ = Descriptor(
      ::openat(directory, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file_.is_open()) {
    present_ = Present::yes;
  } else {
    error_ = errno;
  }
}

TemporaryFile::~TemporaryFile() {
  if (present_ == Present::yes) ::unlinkat(directory_, name_.c_str(), 0);
}

void TemporaryFile::set_mode(mode_t mode) noexcept {
  struct stat status {};
  if (error_ != 0 || ::fstat(file_.get(), &status) != 0) return;
  if ((status.st_mode & 07777U) != mode) ::fchmod(file_.get(), mode);
}

void TemporaryFile::write(std::span<const std::byte> bytes) noexcept {
  if (error_ == 0) error_ = write_fully(file_.get(), bytes);
}

void TemporaryFile::finish(Sync sync) noexcept {
  // EINVAL and EROFS: a file system without fsync.
  if (error_ == 0 && sync == Sync::yes && ::fsync(file_.get()) != 0 && errno != EINVAL && errno != EROFS) {
    error_ = errno;
  }
  const int close_error = file_.close();
  if (error_ == 0) error_ = close_error;
}

int TemporaryFile::link_to(const std::string& name) noexcept {
  if (error_ != 0) return error_;
  if (::linkat(directory_, name_.c_str(), directory_, name.c_str(), 0) == 0) return 0;
  const int link_error = errno;
  struct stat status {};
  if (::fstatat(directory_, name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_nlink == 2) {
    return 0;
  }
  return link_error;
}

int TemporaryFile::rename_to(const std::string& name) noexcept {
  if (error_ != 0) return error_;
  if (::renameat(directory_, name_.c_str(), directory_, name.c_str()) != 0) return errno;
  present_ = Present::no;
  return 0;
}

}  // namespace phasic
