// phasic-cache show: one object, and where it came from.
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/build_parameters.hpp"
#include "cli/cache_commands.hpp"
#include "cli/cache_site.hpp"
#include "cli/object_facts.hpp"
#include "cli/quantity.hpp"
#include "cli/table.hpp"
#include "graph/graph.hpp"
#include "store/audit.hpp"
#include "store/guard.hpp"
#include "store/inventory.hpp"
#include "store/reading.hpp"

namespace phasic {

namespace {

std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::i8:
      return "i8";
    case ElementType::i16:
      return "i16";
    case ElementType::i32:
      return "i32";
    case ElementType::i64:
      return "i64";
    case ElementType::u8:
      return "u8";
    case ElementType::u16:
      return "u16";
    case ElementType::u32:
      return "u32";
    case ElementType::u64:
      return "u64";
    case ElementType::f64:
      return "f64";
  }
  return "unknown";
}

Cell count_cell(std::uint64_t count) {
  const std::string text = fmt::format("{}", count);
  return {text, text};
}

/// An object of the cache, with all that leads to it.
struct Shown {
  Object object;
  std::filesystem::path path;
  Layer layer;
  Stamp last_use = 0;
  std::vector<Record> records;
};

// Another process may have removed it since it was found.
void require_still_there(const OpenDirectory& shard, const Place& place) {
  if (shard.is_open() && read_object_file(shard.descriptor.get(), place).outcome != ReadOutcome::absent)
    return;
  throw MissingError({fmt::format("key {}", to_hex(place.name)),
                      "no longer in the cache (pruned?)",
                      "build it again with: phasic-build ...",
                      {}});
}

Shown find_object(const CacheSite& site, const Store::Match& match) {
  const Place place = place_of(match.layer, match.hash);
  const OpenDirectory shard = site.tree.open_shard(place, Missing::leave);
  const auto path = site.tree.path_of(place);
  auto object = shard.is_open() ? read_object(shard, place) : std::nullopt;
  if (!object) {
    require_still_there(shard, place);
    const auto fault = find_fault(shard, place);
    throw FormatError(
        {path.string(),
         fault.value_or("is of a format that this version of phasic does not read"),
         fault ? "`phasic-cache verify` tells what else is damaged" : "use the version that wrote it",
         {}});
  }
  struct stat status {};
  const bool has_status = ::stat(path.c_str(), &status) == 0;
  return {std::move(*object), path, match.layer, has_status ? stamp_of(status.st_mtim) : 0, {}};
}

void add_records(const CacheSite& site, const Store::Match& match, Shown& shown) {
  for_each_shard(site.tree, match.layer, FileKind::record,
                 [&](const OpenDirectory& index, const ShardContent& content) {
                   if (!is_usable(index, match.layer, site.settings)) return;
                   for (const CacheFile& file : content.files) {
                     auto record = read_record(index, file.place());
                     if (record && record->object == match.hash) shown.records.push_back(std::move(*record));
                   }
                 });
}

Graph graph_of(const Shown& shown, const std::string& key) {
  if (shown.object.type() == ObjectType::graph) return Graph::decode(shown.object);
  throw InputError({key,
                    fmt::format("is a {}, and --format is for graphs",
                                shown.object.type() == ObjectType::trace ? "trace" : "compiled model"),
                    "give a graph's key; `phasic-cache list graphs` has them all",
                    {}});
}

std::vector<Fact> all_facts(const Shown& shown) {
  const Object& object = shown.object;
  std::vector<Fact> facts{{"hash", text_cell(to_hex(object.hash()))},
                          {"type", text_cell(name_of(object.type()))},
                          {"layer", text_cell(name_of(shown.layer))},
                          {"path", text_cell(shown.path.string())},
                          {"bytes", count_cell(object.bytes().size())},
                          {"format_version", count_cell(object.type_version())},
                          {"last_use", text_cell(time_text(shown.last_use))}};
  for (Fact& fact : facts_of(object)) facts.push_back(std::move(fact));
  return facts;
}

// `state length: 9`
std::string spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string as_text(const Shown& shown) {
  std::string text;
  for (const Fact& fact : all_facts(shown)) {
    text += fmt::format("{:<18} {}\n", spoken(fact.name) + ':', fact.value.text);
  }
  text += "sections:\n";
  for (const Section& section : shown.object.sections()) {
    text += fmt::format("  {:<16} {} x {}\n", section.name, section.count, name_of(section.element_type));
  }
  for (const Record& record : shown.records) {
    if (is_build_note(record)) {
      text += "built in a range with:\n";
      for (const auto& [name, value] : build_parameters_of(record)) {
        text += fmt::format("  {}: {}\n", name, value.text);
      }
      continue;
    }
    text += fmt::format("requested as {}:\n", to_hex(record.request));
    for (const RequestPart& part : record.parts) text += fmt::format("  {}: {}\n", part.name, part.value);
    for (const auto& [name, value] : record.provenance) text += fmt::format("  {}: {}\n", name, value);
  }
  return text;
}

template <class Pairs>
std::string pairs_json(const Pairs& pairs) {
  std::string json;
  for (const auto& [name, value] : pairs) {
    json += fmt::format("{}{}:{}", json.empty() ? "" : ",", json_text(name), json_text(value));
  }
  return fmt::format("{{{}}}", json);
}

std::string as_json(const Shown& shown) {
  std::string json;
  for (const Fact& fact : all_facts(shown))
    json += fmt::format("{}:{},", json_text(fact.name), fact.value.json);
  std::string sections;
  for (const Section& section : shown.object.sections()) {
    sections += fmt::format(R"({}{{"name":{},"type":"{}","count":{}}})", sections.empty() ? "" : ",",
                            json_text(section.name), name_of(section.element_type), section.count);
  }
  std::string requests;
  std::string built_with;
  for (const Record& record : shown.records) {
    if (is_build_note(record)) {
      for (const auto& [name, value] : build_parameters_of(record)) {
        built_with += fmt::format("{}{}:{}", built_with.empty() ? "" : ",", json_text(name), value.json);
      }
      continue;
    }
    requests += fmt::format(R"({}{{"request":"{}","parts":{},"provenance":{}}})", requests.empty() ? "" : ",",
                            to_hex(record.request), pairs_json(record.parts), pairs_json(record.provenance));
  }
  const bool is_graph = shown.object.type() == ObjectType::graph;
  const std::string build = is_graph ? fmt::format(R"("built_with":{{{}}},)", built_with) : "";
  return fmt::format(R"({{{}"sections":[{}],{}"requests":[{}]}})"
                     "\n",
                     json, sections, build, requests);
}

}  // namespace

ExitCode cache_show(const CacheSite& site, const CacheShowOptions& options) {
  require_usable(site);
  const bool is_converted = !options.output.format.empty();
  if (is_converted && options.json) {
    throw UsageError({"--json", "is given with --format", "say --format json for the graph itself", {}});
  }
  if (!is_converted && (options.output.theta || !options.output.max_vertices.empty())) {
    throw UsageError({options.output.theta ? "--theta" : "--max-vertices",
                      "is given without --format",
                      "choose a format for the graph",
                      {}});
  }
  const Store::Match match = resolve_object(site, options.key);
  Shown shown = find_object(site, match);
  if (is_converted) {
    write_graph(graph_of(shown, options.key), options.output, print);
    return ExitCode::done;
  }
  add_records(site, match, shown);
  print(options.json ? as_json(shown) : as_text(shown));
  return ExitCode::done;
}

}  // namespace phasic
