#include "base/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/number_text.hpp"

namespace phasic {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 1s;  // shorter work is done before it can be described
constexpr auto rewriting_interval = 200ms;
constexpr auto logging_interval = 60s;
constexpr std::string_view wipe = "\r\x1b[K";

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 100) return fmt::format("{} s", whole);
  if (whole < 6000) return fmt::format("{} min", (whole + 30) / 60);
  return fmt::format("{} h", (whole + 1800) / 3600);
}

}  // namespace

std::string grouped_digits(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t place = text.size(); place > 3;) text.insert(place -= 3, 1, ',');
  return text;
}

std::string resident_memory_text() {
  // The second number of statm is the resident pages.
  std::uint64_t pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    std::array<char, 128> line{};
    const bool has_line = std::fgets(line.data(), static_cast<int>(line.size()), file) != nullptr;
    std::fclose(file);
    std::string_view text(line.data());
    if (has_line && text.find(' ') != std::string_view::npos) {
      text.remove_prefix(text.find(' ') + 1);
      pages = parse_unsigned(text.substr(0, text.find(' '))).value_or(0);
    }
  }
  const double mega = static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576.0;
  return mega < 1000 ? fmt::format("{:.0f} MB", mega) : fmt::format("{:.1f} GB", mega / 1024);
}

Progress::Progress(const Log& log, std::string activity, std::string unit, std::FILE* terminal)
    : log_(log),
      activity_(std::move(activity)),
      unit_(std::move(unit)),
      terminal_(log.shows(LogLevel::warning) && ::isatty(::fileno(terminal)) == 1 ? terminal : nullptr),
      begin_(Clock::now()),
      next_(begin_ + (terminal_ != nullptr ? Clock::duration(patience) : Clock::duration(logging_interval))) {
}

Progress::~Progress() {
  if (!has_line_) return;
  std::fwrite(wipe.data(), 1, wipe.size(), terminal_);
  std::fflush(terminal_);
}

bool Progress::is_due() {
  if (terminal_ == nullptr && !log_.shows(LogLevel::info)) return false;
  return Clock::now() >= next_;
}

void Progress::show(std::uint64_t done, std::uint64_t total, std::string_view detail) {
  const auto now = Clock::now();
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = fmt::format("{}: {} {}, {}/s", activity_, grouped_digits(done), unit_,
                                 grouped_digits(static_cast<std::uint64_t>(rate)));
  if (total > 0 && rate > 0) {
    const double share = 100.0 * static_cast<double>(done) / static_cast<double>(total);
    const double left = static_cast<double>(total - std::min(done, total)) / rate;
    line += fmt::format(", {:.0f} %, {} left", share, duration_text(left));
  }
  if (!detail.empty()) line += fmt::format(", {}", detail);
  if (terminal_ == nullptr) {
    log_.info(line);
    next_ = now + logging_interval;
    return;
  }
  line.insert(0, wipe);
  std::fwrite(line.data(), 1, line.size(), terminal_);
  std::fflush(terminal_);
  has_line_ = true;
  next_ = now + rewriting_interval;
}

}  // namespace phasic
