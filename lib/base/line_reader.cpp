#include "base/line_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace phasic {

namespace {

constexpr std::size_t step = std::size_t{1} << 16U;
constexpr std::size_t longest_line = std::size_t{64} << 20U;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

LineReader::LineReader(const std::filesystem::path& path)
    : where_(path == "-" ? "standard input" : path.string()), descriptor_(STDIN_FILENO) {
  if (path == "-") return;
  file_ = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file_.is_open())
    throw MissingError({where_, "cannot open: " + error_text(errno), "check the name", {}});
  descriptor_ = file_.get();
}

// One read(2), so that what a pipe has brought is used before more is waited for.
bool LineReader::fill() {
  buffer_.erase(0, start_);
  start_ = 0;
  if (buffer_.size() > longest_line) throw LimitError({where_, "a line is longer than 64 MiB", "", {}});
  const std::size_t before = buffer_.size();
  buffer_.resize(before + step);
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.data() + before, step);
  } while (count < 0 && errno == EINTR);
  const int problem = errno;
  buffer_.resize(before + static_cast<std::size_t>(count > 0 ? count : 0));
  if (count < 0 && problem == EISDIR) throw MissingError({where_, "is a directory", "give a file", {}});
  if (count < 0) throw IoError({where_, "cannot read: " + error_text(problem), "", {}});
  return count > 0;
}

std::optional<std::string_view> LineReader::next() {
  std::size_t end = buffer_.find('\n', start_);
  while (end == std::string::npos && !at_end_) {
    at_end_ = !fill();
    end = buffer_.find('\n', start_);
  }
  if (end == std::string::npos && start_ == buffer_.size()) return std::nullopt;
  std::string_view line = std::string_view(buffer_).substr(start_, end - start_);
  start_ = end == std::string::npos ? buffer_.size() : end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (++line_number_ == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  return line;
}

}  // namespace phasic
