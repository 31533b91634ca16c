// What a long piece of work has done so far: on a terminal one line that is rewritten, after the first
// second; elsewhere, where the log shows info, a line a minute. Costs a look at the clock where it is asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/log.hpp"

namespace phasic {

class Progress {
 public:
  /// `activity` and `unit` make the line: `exploring: 52,000 states, 104,000/s, 3,000 to go`. The line goes
  /// to `terminal`, if that is one and the log is not quiet.
  Progress(const Log& log, std::string activity, std::string unit, std::FILE* terminal = stderr);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Wipes the line.
  ~Progress();

  /// Whether it is time to show something. Cheap enough for every state.
  [[nodiscard]] bool is_due();
  /// Shows the count so far, its rate, and `detail` behind them; with `total` known (not 0) also the share
  /// and how long the rest will take.
  void show(std::uint64_t done, std::uint64_t total = 0, std::string_view detail = "");

 private:
  using Clock = std::chrono::steady_clock;
  const Log& log_;
  std::string activity_;
  std::string unit_;
  std::FILE* terminal_;  // null where there is none
  Clock::time_point begin_;
  Clock::time_point next_;
  bool has_line_ = false;
};

/// Memory of this process that is in use now: `850 MB`, `1.2 GB` (powers of 1024).
std::string resident_memory_text();

/// 1234567 as `1,234,567`.
std::string grouped_digits(std::uint64_t number);

}  // namespace phasic
