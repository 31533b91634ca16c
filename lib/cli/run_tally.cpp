#include "cli/run_tally.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "store/layout.hpp"

namespace phasic {

namespace {

using nlohmann::json;

const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const json& object, const char* name) {
  const json* value = member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

std::optional<double> seconds_of(const json& object) {
  const json* value = member(object, "seconds");
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double seconds = value->get<double>();
  return std::isfinite(seconds) && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

std::optional<Lookup> lookup_of(const json& object) {
  const auto layer = parse_layer(text_of(object, "layer"));
  const auto seconds = seconds_of(object);
  const std::string by = text_of(object, "by");
  const std::string outcome = text_of(object, "outcome");
  const json* key = member(object, "key");
  if (!layer || !seconds || key == nullptr || (by != "request" && by != "key") ||
      (outcome != "hit" && outcome != "miss")) {
    return std::nullopt;
  }
  Lookup lookup{*layer, by == "key" ? LookupBy::key : LookupBy::request,
                outcome == "hit" ? LookupOutcome::hit : LookupOutcome::miss, std::nullopt, *seconds};
  if (key->is_null()) return lookup;
  const auto hash = parse_hex(text_of(object, "key"));
  if (!hash) return std::nullopt;
  lookup.key = ObjectHash{*hash};
  return lookup;
}

/// `2026-11-24T11:15:03Z`: such texts sort as the times do.
bool is_time(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  return std::ranges::equal(text, form,
                            [](char c, char f) { return f == 'd' ? c >= '0' && c <= '9' : c == f; });
}

struct Run {
  std::string time;
  std::int64_t status = 0;
  std::vector<Lookup> lookups;
};

std::optional<Run> run_of(const json& line) {
  Run run{text_of(line, "time"), 0, {}};
  const json* status = member(line, "exit");
  const json* lookups = member(line, "lookups");
  if (!is_time(run.time) || text_of(line, "tool").empty() || !seconds_of(line) || status == nullptr ||
      !status->is_number_integer() || lookups == nullptr || !lookups->is_array()) {
    return std::nullopt;
  }
  run.status = status->get<std::int64_t>();
  for (const json& entry : *lookups) {
    auto lookup = lookup_of(entry);
    if (!lookup) return std::nullopt;
    run.lookups.push_back(*lookup);
  }
  return run;
}

}  // namespace

bool RunTally::take(std::string_view line) {
  const auto run = run_of(json::parse(line, nullptr, false));
  if (!run) return false;
  ++sum_.runs;
  if (run->status > 1) ++sum_.failed_runs;
  sum_.first = sum_.first.empty() ? run->time : std::min(sum_.first, run->time);
  sum_.last = std::max(sum_.last, run->time);
  for (const Lookup& lookup : run->lookups) count(lookup);
  return true;
}

void RunTally::count(const Lookup& lookup) {
  const auto place = static_cast<std::size_t>(lookup.layer);
  LayerTally& layer = sum_.layers[place];
  const bool is_hit = lookup.outcome == LookupOutcome::hit;
  if (lookup.by == LookupBy::key) {
    ++(is_hit ? layer.reads : layer.missing);
    return;
  }
  ++(is_hit ? layer.hits : layer.misses);
  (is_hit ? layer.hit_seconds : layer.miss_seconds) += lookup.seconds;
  if (!lookup.key) return;
  Cost& cost = costs_[place][*lookup.key];
  ++(is_hit ? cost.hits : cost.misses);
  (is_hit ? cost.hit_seconds : cost.miss_seconds) += lookup.seconds;
}

RunSum RunTally::sum() const {
  RunSum sum = sum_;
  for (std::size_t place = 0; place < costs_.size(); ++place) {
    LayerTally& layer = sum.layers[place];
    for (const auto& [hash, cost] : costs_[place]) {
      if (cost.hits == 0 || cost.misses == 0) continue;
      const double making = cost.miss_seconds / static_cast<double>(cost.misses);
      layer.saved_seconds += making * static_cast<double>(cost.hits) - cost.hit_seconds;
      layer.valued_hits += cost.hits;
    }
  }
  return sum;
}

}  // namespace phasic
