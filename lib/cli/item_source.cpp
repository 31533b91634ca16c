#include "cli/item_source.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/exit.hpp"

namespace phasic {

namespace {

constexpr std::size_t read_size = std::size_t{1} << 16U;
constexpr std::size_t shown_length = 24;
constexpr std::size_t key_length = 2 * digest_size;
constexpr const char* what_would_be_right = "pipe in what phasic-build or phasic-trace wrote";

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// What a line is that is no key, in words that name the likely slip.
std::string describe(std::string_view line) {
  if (std::ranges::all_of(line, is_hex_digit)) {
    if (line.size() == key_length) return fmt::format("'{}…' is a key in capitals", line.substr(0, 8));
    return fmt::format("'{}' has {} digits, a key has {}", line.substr(0, key_length), line.size(),
                       key_length);
  }
  const bool is_long = line.size() > shown_length;
  return fmt::format("neither a key nor an object: it starts with '{}'{}",
                     printable(line.substr(0, shown_length)), is_long ? "…" : "");
}

}  // namespace

ItemSource::ItemSource(Descriptor descriptor, std::string name)
    : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

std::string ItemSource::where() const {
  return item_count_ > 1 ? fmt::format("{}, item {}", name_, item_count_) : name_;
}

// Reads what is there, at least a byte; false at the end.
bool ItemSource::fill() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + read_size);
  ssize_t count = -1;
  do {
    count = ::read(descriptor_.get(), buffer_.data() + before, read_size);
  } while (count < 0 && errno == EINTR);
  const int reason = errno;
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0 && reason == EISDIR)
    throw MissingError({name_, "is a directory", "give a file or a key", {}});
  if (count < 0) throw IoError({name_, "cannot read: " + error_text(reason), "", {}});
  return count > 0;
}

// Up to the next item's first byte; false at the end.
bool ItemSource::skip_blanks() {
  do {
    const std::string_view text = as_text(waiting());
    const std::size_t first = std::min(text.find_first_not_of("\r\n"), text.size());
    begin_ += first;
    if (first < text.size()) return true;
  } while (fill());
  return false;
}

bool ItemSource::is_ready(std::chrono::milliseconds patience) const {
  // The line end behind a key is not yet the next item.
  if (as_text(waiting()).find_first_not_of("\r\n") != std::string_view::npos) return true;
  pollfd readable{descriptor_.get(), POLLIN, 0};
  return ::poll(&readable, 1, static_cast<int>(patience.count())) != 0;
}

std::optional<Item> ItemSource::next() {
  if (!skip_blanks()) {
    if (item_count_ > 0) return std::nullopt;
    throw MissingError({name_, "is empty", what_would_be_right, {}});
  }
  ++item_count_;
  if (as_text(waiting()).front() == object_magic.front()) return Item{read_waiting_object(), where()};
  return Item{read_key(), where()};
}

Object ItemSource::read_waiting_object() {
  while (waiting().size() < object_header_size && fill()) {
  }
  // Only this object's bytes: what lies behind them is the next item.
  std::size_t length = waiting().size();
  if (length >= object_header_size && as_text(waiting()).starts_with(object_magic)) {
    try {
      length = static_cast<std::size_t>(
          std::min<std::uint64_t>(length, parse_object_header(waiting()).total_length));
    } catch (const FormatError&) {
      // read_object says it with the name of the source
    }
  }
  const auto bytes = waiting().first(length);
  Buffer object_bytes(bytes.begin(), bytes.end());
  begin_ += length;
  return read_object(descriptor_.get(), std::move(object_bytes), where());
}

ObjectHash ItemSource::read_key() {
  std::string_view text = as_text(waiting());
  while (text.find('\n') == std::string_view::npos && text.size() <= key_length + 1 && fill()) {
    text = as_text(waiting());
  }
  text = as_text(waiting());
  std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t taken = line.size();
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto digest = parse_hex(line);
  if (!digest) throw FormatError({where(), describe(line), what_would_be_right, {}});
  begin_ += taken;
  return ObjectHash{*digest};
}

}  // namespace phasic
