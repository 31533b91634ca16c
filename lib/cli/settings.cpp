#include "cli/settings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "base/number_text.hpp"
#include "cli/processors.hpp"

namespace phasic {

namespace {

constexpr unsigned max_jobs = 4096;

/// A text and what the user would have to correct.
struct Setting {
  std::string text;
  std::string source;
};

// An empty variable is one that is not set.
std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::optional<Setting> choose(const std::string& from_flag, const char* flag, const char* variable) {
  if (!from_flag.empty()) return Setting{from_flag, flag};
  if (auto value = environment(variable)) return Setting{std::move(*value), variable};
  return std::nullopt;
}

[[noreturn]] void reject(const Setting& setting, std::string remedy) {
  throw UsageError(
      {setting.source, fmt::format("'{}' is not possible", setting.text), std::move(remedy), {}});
}

enum class Switch { off, on };
Switch read_switch(const char* variable, Switch otherwise) {
  const auto text = environment(variable);
  if (!text) return otherwise;
  if (*text == "0") return Switch::off;
  if (*text == "1") return Switch::on;
  reject({*text, variable}, "set it to 0 or 1");
}

// Slurm and OpenMP set these for their own purposes (OMP_NUM_THREADS=4,2): what is no number is no wish.
std::optional<unsigned> polite_wish(const char* variable) {
  const auto text = environment(variable);
  if (!text) return std::nullopt;
  const auto number = parse_unsigned(std::string_view(*text).substr(0, text->find(',')));
  if (!number || *number == 0) return std::nullopt;
  return static_cast<unsigned>(std::min<std::uint64_t>(*number, max_jobs));
}

}  // namespace

Log resolve_log(const CommonOptions& options, const std::string& tool) {
  if (options.log_level.empty() && options.quiet) return Log(tool, LogLevel::error);
  if (options.log_level.empty() && options.verbose) return Log(tool, LogLevel::info);
  const auto setting = choose(options.log_level, "--log-level", "PHASIC_LOG_LEVEL");
  if (!setting) return Log(tool, LogLevel::warning);
  const auto level = parse_log_level(setting->text);
  if (!level) reject(*setting, "give off, error, warning, info or debug");
  return Log(tool, *level);
}

StoreSettings resolve_store(const CommonOptions& options) {
  StoreSettings settings;
  settings.directory = options.cache_dir;
  if (const auto setting = choose(options.cache, "--cache", "PHASIC_CACHE")) {
    const auto mode = parse_cache_mode(setting->text);
    if (!mode) reject(*setting, "give off, ro, rw, refresh or verify");
    settings.mode = *mode;
  }
  if (auto directory = environment("PHASIC_COMPILED_DIR"))
    settings.compiled_directory = std::move(*directory);
  settings.trust_others = read_switch("PHASIC_TRUST_CACHE", Switch::off) == Switch::on;
  settings.sync_files = read_switch("PHASIC_CACHE_FSYNC", Switch::on) == Switch::on;
  settings.keep_corrupt = read_switch("PHASIC_KEEP_CORRUPT", Switch::off) == Switch::on;
  return settings;
}

unsigned resolve_jobs(const CommonOptions& options) {
  if (const auto setting = choose(options.jobs, "-j", "PHASIC_JOBS")) {
    const auto number = parse_unsigned(setting->text);
    if (!number || *number == 0 || *number > max_jobs) {
      reject(*setting, fmt::format("give a number from 1 to {}", max_jobs));
    }
    return static_cast<unsigned>(*number);
  }
  const unsigned available = available_processors();
  for (const char* variable : {"SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS"}) {
    if (const auto wish = polite_wish(variable)) return std::min(*wish, available);
  }
  return available;
}

}  // namespace phasic
