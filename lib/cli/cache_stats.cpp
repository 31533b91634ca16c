// phasic-cache stats: what the cache was worth, from the lines that PHASIC_STATS_LOG collected.
#include <fmt/core.h>

#include "base/line_reader.hpp"
#include "base/text.hpp"
#include "cli/cache_commands.hpp"
#include "cli/quantity.hpp"
#include "cli/run_tally.hpp"
#include "cli/table.hpp"
#include "store/layout.hpp"

namespace phasic {

namespace {

std::optional<double> hit_rate(const LayerTally& layer) {
  const std::uint64_t requests = layer.hits + layer.misses;
  if (requests == 0) return std::nullopt;
  return static_cast<double>(layer.hits) / static_cast<double>(requests);
}

std::string seconds_text(double seconds) {
  return fmt::format("{:.3f}", seconds);
}

std::string as_text(const RunSum& sum) {
  std::string text = fmt::format("Runs: {}", sum.runs);
  if (sum.failed_runs > 0) text += fmt::format(", {} of them failed", sum.failed_runs);
  if (sum.runs > 0) text += fmt::format("; {} to {}", sum.first, sum.last);
  std::vector<std::vector<std::string>> rows{
      {"layer", "hits", "misses", "hit rate", "seconds of hits", "of misses", "saved", "reads by key"}};
  for (const Layer layer : all_layers) {
    const LayerTally& tally = sum.layers[static_cast<std::size_t>(layer)];
    const auto rate = hit_rate(tally);
    rows.push_back({std::string(name_of(layer)), std::to_string(tally.hits), std::to_string(tally.misses),
                    rate ? fmt::format("{:.1f} %", *rate * 100) : "", seconds_text(tally.hit_seconds),
                    seconds_text(tally.miss_seconds), seconds_text(tally.saved_seconds),
                    std::to_string(tally.reads)});
  }
  return text + "\n\n" + aligned(rows);
}

std::string as_json(const RunSum& sum, std::uint64_t bad_lines) {
  std::string layers;
  for (const Layer layer : all_layers) {
    const LayerTally& tally = sum.layers[static_cast<std::size_t>(layer)];
    const auto rate = hit_rate(tally);
    layers += fmt::format(
        R"({}{}:{{"hits":{},"misses":{},"hit_rate":{},"hit_seconds":{},"miss_seconds":{},"saved_seconds":{},)"
        R"("valued_hits":{},"reads":{},"missing":{}}})",
        layers.empty() ? "" : ",", json_text(name_of(layer)), tally.hits, tally.misses,
        rate ? number_cell(*rate).json : "null", number_cell(tally.hit_seconds).json,
        number_cell(tally.miss_seconds).json, number_cell(tally.saved_seconds).json, tally.valued_hits,
        tally.reads, tally.missing);
  }
  const auto time = [](const std::string& text) { return text.empty() ? "null" : json_text(text); };
  return fmt::format(R"({{"runs":{},"failed_runs":{},"first":{},"last":{},"bad_lines":{},"layers":{{{}}}}})"
                     "\n",
                     sum.runs, sum.failed_runs, time(sum.first), time(sum.last), bad_lines, layers);
}

}  // namespace

ExitCode cache_stats(const CacheSite& site, const CacheStatsOptions& options) {
  RunTally tally;
  std::uint64_t all_bad_lines = 0;
  for (const std::string& file : options.files) {
    LineReader lines(file);
    std::uint64_t bad_lines = 0;
    while (const auto line = lines.next()) {
      if (!trimmed(*line).empty() && !tally.take(*line)) ++bad_lines;
    }
    if (bad_lines > 0) {
      site.log.warning(fmt::format("{}: {} not counted: not what a tool writes, or cut short", file,
                                   count_text(bad_lines, "line is", "lines are")));
    }
    all_bad_lines += bad_lines;
  }
  print(options.json ? as_json(tally.sum(), all_bad_lines) : as_text(tally.sum()));
  return ExitCode::done;
}

}  // namespace phasic
