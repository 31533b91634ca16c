// phasic-cache info: the directory in numbers.
#include <fmt/core.h>
#include <sys/statfs.h>

#include <cstdlib>

#include "cli/cache_commands.hpp"
#include "cli/cache_site.hpp"
#include "cli/quantity.hpp"
#include "cli/table.hpp"
#include "store/guard.hpp"
#include "store/inventory.hpp"

namespace phasic {

namespace {

/// A setting in force and what set it.
struct Setting {
  std::string name;
  std::string value;
  std::string source;
};

std::string source_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? "environment" : "default";
}

std::string on_or_off(bool is_on) {
  return is_on ? "on" : "off";
}

std::vector<Setting> settings_in_force(const CacheSite& site) {
  const char* mode = std::getenv("PHASIC_CACHE");
  const StoreSettings& settings = site.settings;
  return {
      {"PHASIC_CACHE", mode != nullptr && *mode != '\0' ? mode : "rw", source_of("PHASIC_CACHE")},
      {"PHASIC_COMPILED_DIR", site.tree.path_of(Layer::compiled).string(), source_of("PHASIC_COMPILED_DIR")},
      {"PHASIC_TRUST_CACHE", on_or_off(settings.trust_others), source_of("PHASIC_TRUST_CACHE")},
      {"PHASIC_CACHE_FSYNC", on_or_off(settings.sync_files), source_of("PHASIC_CACHE_FSYNC")},
      {"PHASIC_KEEP_CORRUPT", on_or_off(settings.keep_corrupt), source_of("PHASIC_KEEP_CORRUPT")},
      {"size-limit", "none", "default; phasic-cache prune keeps it to one"},
      {"min-age", "2h", "default; prune --min-age"}};
}

/// What the directory is like, whatever is in it.
struct Condition {
  std::string status = "not there yet";
  std::string file_system = "unknown";
  std::string trust = "unknown";
};

Condition condition_of(const CacheSite& site) {
  Condition condition;
  const OpenDirectory root = site.tree.open_root(Missing::leave);
  if (!root.is_open()) {
    if (root.error != ENOENT) condition.status = error_text(root.error);
    return condition;
  }
  struct statfs status {};
  if (::fstatfs(root.descriptor.get(), &status) == 0) {
    condition.file_system = is_network_file_system(status.f_type) ? "network" : "local";
  }
  condition.trust = root.trust == Trust::ours ? "ours" : why_foreign(root);
  condition.status = "in use";
  if (const auto refusal = reason_to_refuse(root, site.settings)) condition.status = "off: " + refusal->what;
  return condition;
}

std::string stamp_text(const std::optional<Stamp>& stamp) {
  return stamp ? time_text(*stamp) : "";
}

std::string_view empty_status(Layer layer) {
  switch (layer) {
    case Layer::graphs:
      return "No cached graphs";
    case Layer::traces:
      return "No cached traces";
    case Layer::compiled:
      break;
  }
  return "No cached compiled models";
}

std::string layer_as_text(const LayerStock& stock) {
  std::string text = fmt::format("\n{}\n  Path: {}\n", name_of(stock.layer), stock.path.string());
  if (stock.object_count == 0 && stock.record_count == 0) {
    text += fmt::format("  Status: {}\n", empty_status(stock.layer));
  } else {
    text += fmt::format("  Entries: {}, and {}\n  Size: {}\n", stock.object_count,
                        count_text(stock.record_count, "index record", "index records"),
                        megabytes_text(stock.bytes));
    if (stock.oldest_use) {
      text += fmt::format("  Used: {} (oldest) to {} (newest)\n", stamp_text(stock.oldest_use),
                          stamp_text(stock.newest_use));
    }
  }
  if (stock.unfinished_count > 0) {
    text += fmt::format("  Unfinished writes: {}\n", stock.unfinished_count);
  }
  return text;
}

std::string stamp_json(const std::optional<Stamp>& stamp) {
  return stamp ? json_text(time_text(*stamp)) : "null";
}

std::string layer_as_json(const LayerStock& stock) {
  return fmt::format(
      R"({}:{{"exists":{},"path":{},"num_files":{},"num_records":{},"num_unfinished":{},"total_size_bytes":{},)"
      R"("total_size_mb":{},"oldest":{},"newest":{}}})",
      json_text(name_of(stock.layer)), stock.exists, json_text(stock.path.string()), stock.object_count,
      stock.record_count, stock.unfinished_count, stock.bytes,
      number_cell(static_cast<double>(stock.bytes) / 1'048'576.0).json, stamp_json(stock.oldest_use),
      stamp_json(stock.newest_use));
}

std::string as_text(const CacheSite& site, const Condition& condition,
                    const std::vector<LayerStock>& stocks) {
  std::string text =
      fmt::format("Directory:   {} ({})\nStatus:      {}\nFile system: {}\nTrust:       {}\n\nSettings\n",
                  site.directory.path.string(), site.directory.source, condition.status,
                  condition.file_system, condition.trust);
  for (const Setting& setting : settings_in_force(site)) {
    text += fmt::format("  {:<20} {} ({})\n", setting.name, setting.value, setting.source);
  }
  for (const LayerStock& stock : stocks) text += layer_as_text(stock);
  return text;
}

std::string as_json(const CacheSite& site, const Condition& condition,
                    const std::vector<LayerStock>& stocks) {
  std::string settings;
  for (const Setting& setting : settings_in_force(site)) {
    settings += fmt::format(R"({}{}:{{"value":{},"source":{}}})", settings.empty() ? "" : ",",
                            json_text(setting.name), json_text(setting.value), json_text(setting.source));
  }
  std::string layers;
  for (const LayerStock& stock : stocks) {
    if (!layers.empty()) layers += ',';
    layers += layer_as_json(stock);
  }
  return fmt::format(
      R"({{"directory":{},"source":{},"status":{},"file_system":{},"trust":{},"settings":{{{}}},"layers":{{{}}}}})"
      "\n",
      json_text(site.directory.path.string()), json_text(site.directory.source), json_text(condition.status),
      json_text(condition.file_system), json_text(condition.trust), settings, layers);
}

}  // namespace

ExitCode cache_info(const CacheSite& site, const CacheInfoOptions& options) {
  std::vector<LayerStock> stocks;
  for (const Layer layer : resolve_layers(options.layers)) stocks.push_back(take_stock(site.tree, layer));
  const Condition condition = condition_of(site);
  print(options.json ? as_json(site, condition, stocks) : as_text(site, condition, stocks));
  return ExitCode::done;
}

}  // namespace phasic
