// phasic-cache prune: limits as given, and what came of them.
#include <fmt/core.h>

#include "base/number_text.hpp"
#include "cli/cache_commands.hpp"
#include "cli/cache_site.hpp"
#include "cli/quantity.hpp"
#include "cli/table.hpp"
#include "store/guard.hpp"
#include "store/prune.hpp"

namespace phasic {

namespace {

[[noreturn]] void reject(const char* option, std::string_view text, std::string remedy) {
  throw UsageError({option, fmt::format("'{}' cannot be read", text), std::move(remedy), {}});
}

// In other caches zero means "no limit", so it may not mean "remove all" here.
template <class Number>
Number require_positive(Number number, const char* option) {
  if (number > 0) return number;
  throw UsageError({option, "0 would remove everything", "say `phasic-cache clear` if that is meant", {}});
}

std::optional<std::uint64_t> read_max_bytes(const CachePruneOptions& options) {
  if (!options.max_mb.empty() && !options.max_size.empty()) {
    throw UsageError({"--max-size", "is given with --max-mb", "choose one", {}});
  }
  if (!options.max_mb.empty()) {
    const auto megabytes = parse_double(options.max_mb);
    const auto bytes = megabytes && *megabytes >= 0 ? parse_size(options.max_mb + "MB") : std::nullopt;
    if (!bytes) reject("--max-mb", options.max_mb, "give a number of megabytes, such as 100");
    return require_positive(*bytes, "--max-mb");
  }
  if (options.max_size.empty()) return std::nullopt;
  const auto bytes = parse_size(options.max_size);
  if (!bytes) reject("--max-size", options.max_size, "give a size such as 5GiB or 500MB");
  return require_positive(*bytes, "--max-size");
}

std::optional<Stamp> read_span(const char* option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto span = parse_span(text);
  if (!span) reject(option, text, "give days, or a span such as 12h or 4w");
  return *span;
}

PruneLimits read_limits(const CachePruneOptions& options) {
  PruneLimits limits;
  limits.max_bytes = read_max_bytes(options);
  limits.max_age = read_span("--max-age", options.max_age);
  if (!options.max_files.empty()) {
    const auto count = parse_unsigned(options.max_files);
    if (!count) reject("--max-files", options.max_files, "give a number of files");
    limits.max_files = require_positive(*count, "--max-files");
  }
  if (const auto span = read_span("--min-age", options.min_age)) limits.min_age = *span;
  if (!limits.max_bytes && !limits.max_age && !limits.max_files) {
    throw UsageError({"", "no limit is given", "give --max-mb, --max-size, --max-age or --max-files", {}});
  }
  return limits;
}

std::string_view name_of(PruneResult::Outcome outcome) {
  switch (outcome) {
    case PruneResult::Outcome::done:
      return "done";
    case PruneResult::Outcome::no_directory:
      return "no directory";
    case PruneResult::Outcome::another_at_work:
      return "another prune is at work";
    case PruneResult::Outcome::taken_over:
      return "another prune took over";
  }
  return "";
}

std::string tally_json(const FileTally& tally) {
  return fmt::format(R"({{"entries":{},"records":{},"bytes":{},"mb":{}}})", tally.objects, tally.records,
                     tally.bytes, number_cell(static_cast<double>(tally.bytes) / 1'048'576.0).json);
}

std::string as_json(const PruneResult& result, DryRun dry_run) {
  return fmt::format(
      R"({{"outcome":{},"dry_run":{},"removed":{},"kept":{},"spared":{},"temporaries_removed":{},"failures":{}}})"
      "\n",
      json_text(name_of(result.outcome)), dry_run == DryRun::yes, tally_json(result.removed),
      tally_json(result.kept), tally_json(result.spared), result.temporaries_removed, result.failure_count);
}

std::string entries_text(const FileTally& tally) {
  return fmt::format("{} ({})", count_text(tally.objects, "entry", "entries"), megabytes_text(tally.bytes));
}

std::string as_text(const PruneResult& result, DryRun dry_run) {
  using Outcome = PruneResult::Outcome;
  if (result.outcome == Outcome::no_directory || result.outcome == Outcome::another_at_work) {
    return fmt::format("Nothing done: {}\n", name_of(result.outcome));
  }
  return fmt::format("{} {}, kept {} ({}), spared {} in use\n",
                     dry_run == DryRun::yes ? "Would remove" : "Removed", entries_text(result.removed),
                     result.kept.objects, megabytes_text(result.kept.bytes), result.spared.objects);
}

}  // namespace

ExitCode cache_prune(const CacheSite& site, const CachePruneOptions& options) {
  const auto layers = resolve_layers(options.layers);
  const PruneLimits limits = read_limits(options);
  const DryRun dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  const OpenDirectory root = site.tree.open_root(Missing::leave);
  if (root.is_open()) {
    // From cron this is no failure: a newer phasic looks after that directory.
    if (const auto refusal = reason_not_known(root)) {
      site.log.warning(Error(ExitCode::no_input, *refusal).what());
      return ExitCode::done;
    }
  }
  const auto told = [&](const std::string& path) {
    site.log.info((options.dry_run ? "would remove " : "removed ") + path);
  };
  const PruneResult result = prune(site.tree, layers, limits, dry_run, told);
  if (options.json) {
    print(as_json(result, dry_run));
  } else if (site.log.shows(LogLevel::warning)) {
    print(as_text(result, dry_run));
  }
  if (result.failure_count == 0) return ExitCode::done;
  throw IoError({"",
                 fmt::format("{} could not be removed", count_text(result.failure_count, "file", "files")),
                 "",
                 {result.first_failure}});
}

}  // namespace phasic
