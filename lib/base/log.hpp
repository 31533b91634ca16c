// The log: one line a message on stderr, `[INFO] phasic-build: cache hit: 7d8de784… (1044 vertices)`.
// A Log is made once per process by the tool and handed down; the library has no log of its own.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace phasic {

enum class LogLevel { off, error, warning, info, debug };

/// off|error|warning|info|debug, as --log-level and PHASIC_LOG_LEVEL spell them; else nothing.
std::optional<LogLevel> parse_log_level(std::string_view text);

class Log {
 public:
  /// Messages up to `level` go to `sink` (not owned), marked with the tool's name.
  explicit Log(std::string tool, LogLevel level = LogLevel::warning, std::FILE* sink = stderr);

  void error(std::string_view message) const { write(LogLevel::error, message); }
  void warning(std::string_view message) const { write(LogLevel::warning, message); }
  void info(std::string_view message) const { write(LogLevel::info, message); }
  void debug(std::string_view message) const { write(LogLevel::debug, message); }

  [[nodiscard]] bool shows(LogLevel level) const { return level <= level_; }
  [[nodiscard]] const std::string& tool() const { return tool_; }

 private:
  void write(LogLevel level, std::string_view message) const;
  std::string tool_;
  LogLevel level_;
  std::FILE* sink_;
};

}  // namespace phasic
