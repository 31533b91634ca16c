#include "base/log.hpp"

#include <array>

namespace phasic {

namespace {

struct LevelName {
  std::string_view option;
  std::string_view mark;
};
constexpr std::array<LevelName, 5> level_names{
    {{"off", ""}, {"error", "ERROR"}, {"warning", "WARNING"}, {"info", "INFO"}, {"debug", "DEBUG"}}};

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names[i].option == text) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

Log::Log(std::string tool, LogLevel level, std::FILE* sink)
    : tool_(std::move(tool)), level_(level), sink_(sink) {}

void Log::write(LogLevel level, std::string_view message) const {
  if (!shows(level)) return;
  std::string line = "[";
  line += level_names[static_cast<std::size_t>(level)].mark;
  line += "] " + tool_ + ": ";
  line += message;
  line += '\n';
  // One write per line, so that lines of tools that share a terminal do not mix.
  std::fwrite(line.data(), 1, line.size(), sink_);
  std::fflush(sink_);
}

}  // namespace phasic
