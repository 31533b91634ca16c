// phasic-cache path, cat, verify, remove, clear: entries as files.
#include <fmt/core.h>
#include <unistd.h>

#include "cli/cache_commands.hpp"
#include "cli/cache_site.hpp"
#include "cli/exit.hpp"
#include "cli/quantity.hpp"
#include "store/audit.hpp"
#include "store/removal.hpp"

namespace phasic {

namespace {

std::string entries_text(const FileTally& tally) {
  return fmt::format("{} ({})", count_text(tally.objects, "entry", "entries"), megabytes_text(tally.bytes));
}

ToldOfRemoval told_by(const Log& log) {
  return [&log](const std::string& path) { log.info("removed " + path); };
}

void require_success(const RemovalResult& result) {
  if (result.failure_count == 0) return;
  throw IoError({"",
                 fmt::format("{} could not be removed", count_text(result.failure_count, "file", "files")),
                 "",
                 {result.first_failure}});
}

void add(RemovalResult& sum, const RemovalResult& more) {
  sum.removed.objects += more.removed.objects;
  sum.removed.records += more.removed.records;
  sum.removed.bytes += more.removed.bytes;
  sum.failure_count += more.failure_count;
  if (sum.first_failure.empty()) sum.first_failure = more.first_failure;
}

}  // namespace

ExitCode cache_path(const CacheSite& site, const std::string& key) {
  std::filesystem::path path = site.directory.path;
  if (!key.empty()) {
    const Store::Match match = resolve_object(site, key);
    path = site.tree.path_of(place_of(match.layer, match.hash));
  }
  // A script may change its directory before it uses the path.
  print(std::filesystem::absolute(path).lexically_normal().string() + '\n');
  return ExitCode::done;
}

ExitCode cache_cat(const CacheSite& site, const std::vector<std::string>& keys) {
  if (::isatty(STDOUT_FILENO) == 1) {
    throw StoreError(
        {"standard output", "is a terminal, and objects are binary data", "redirect it to a file", {}});
  }
  require_usable(site);
  std::vector<Store::Match> matches;
  matches.reserve(keys.size());
  for (const std::string& key : keys) matches.push_back(resolve_object(site, key));
  Store store(site.settings, site.log);
  for (const Store::Match& match : matches) {
    const auto object = store.load(match.layer, match.hash);
    if (!object && store.is_of_another_version(match.layer, match.hash)) {
      throw FormatError(
          {fmt::format("key {}", to_hex(match.hash)),
           "is of a format that this version of phasic does not read",
           "use the version that wrote it, or copy the file: phasic-cache path prints where it is",
           {}});
    }
    if (!object) {
      throw MissingError({fmt::format("key {}", to_hex(match.hash)), "not in the cache, or damaged", "", {}});
    }
    print(as_text(object->bytes()));
    flush_output();
  }
  return ExitCode::done;
}

ExitCode cache_verify(const CacheSite& site, const std::vector<std::string>& names) {
  const auto layers = resolve_layers(names);
  require_known_layout(site);
  AuditResult total;
  for (const Layer layer : layers) {
    const AuditResult result = audit(site.tree, layer, [](const std::string& path, const std::string& fault) {
      print(fmt::format("{}: {}\n", path, printable(fault)));
    });
    total.object_count += result.object_count;
    total.record_count += result.record_count;
    total.fault_count += result.fault_count;
  }
  print(fmt::format("Verified {} and {}: {}\n", count_text(total.object_count, "entry", "entries"),
                    count_text(total.record_count, "record", "records"),
                    total.fault_count == 0 ? "all whole" : fmt::format("{} damaged", total.fault_count)));
  return total.fault_count == 0 ? ExitCode::done : ExitCode::no;
}

ExitCode cache_remove(const CacheSite& site, const std::vector<std::string>& keys) {
  require_known_layout(site);
  std::vector<Store::Match> matches;
  ExitCode code = ExitCode::done;
  // All keys are looked up before the first object goes: an ambiguous one removes nothing.
  for (const std::string& key : keys) {
    try {
      matches.push_back(resolve_object(site, key));
    } catch (const MissingError& error) {
      site.log.error(error.what());
      code = ExitCode::no;
    }
  }
  RemovalResult total;
  for (const Store::Match& match : matches) {
    add(total, remove_object(site.tree, match.layer, match.hash, told_by(site.log)));
  }
  print(fmt::format("Removed {}\n", entries_text(total.removed)));
  require_success(total);
  return code;
}

ExitCode cache_clear(const CacheSite& site, const std::vector<std::string>& names) {
  const auto layers = resolve_layers(names);
  require_known_layout(site);
  const RemovalResult result = clear(site.tree, layers, told_by(site.log));
  print(fmt::format("Removed {}\n", entries_text(result.removed)));
  require_success(result);
  return ExitCode::done;
}

}  // namespace phasic
