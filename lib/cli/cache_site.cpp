#include "cli/cache_site.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/spelling.hpp"
#include "store/guard.hpp"

namespace phasic {

namespace {

constexpr std::size_t shortest_prefix = 8;
constexpr std::size_t shown_candidates = 20;

bool is_key(std::string_view text) {
  return text.size() >= shortest_prefix && text.size() <= 2 * digest_size &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

[[noreturn]] void reject_ambiguous(std::string_view key, const std::vector<Store::Match>& matches) {
  std::vector<std::string> candidates;
  for (const Store::Match& match : matches) {
    if (candidates.size() == shown_candidates) {
      candidates.push_back(fmt::format("and {} more", matches.size() - shown_candidates));
      break;
    }
    candidates.push_back(fmt::format("{}  {}", to_hex(match.hash), name_of(match.layer)));
  }
  throw InputError({fmt::format("key {}", key), fmt::format("ambiguous: {} objects begin so", matches.size()),
                    "give more digits", std::move(candidates)});
}

}  // namespace

CacheSite make_site(StoreSettings settings, const Log& log) {
  settings.mode = CacheMode::read_write;
  CacheDirectory directory = find_cache_directory(settings.directory);
  settings.directory = directory.path;
  Tree tree(directory.path, settings.compiled_directory);
  return {std::move(settings), std::move(directory), std::move(tree), log};
}

std::vector<Layer> resolve_layers(const std::vector<std::string>& names) {
  if (names.empty()) return {all_layers.begin(), all_layers.end()};
  std::vector<Layer> layers;
  for (const std::string& name : names) {
    const auto layer = parse_layer(name);
    if (!layer) {
      const std::vector<std::string> known{"graphs", "traces", "compiled"};
      const auto meant = nearest_spelling(name, known);
      throw UsageError({"",
                        fmt::format("unknown layer {}", name),
                        meant ? fmt::format("did you mean {}?", *meant) : "give graphs, traces or compiled",
                        {}});
    }
    if (std::ranges::find(layers, *layer) == layers.end()) layers.push_back(*layer);
  }
  return layers;
}

void require_usable(const CacheSite& site) {
  const OpenDirectory root = site.tree.open_root(Missing::leave);
  if (!root.is_open()) return;
  if (auto refusal = reason_to_refuse(root, site.settings)) throw MissingError(std::move(*refusal));
}

void require_known_layout(const CacheSite& site) {
  const OpenDirectory root = site.tree.open_root(Missing::leave);
  if (!root.is_open()) return;
  if (auto refusal = reason_not_known(root)) throw MissingError(std::move(*refusal));
}

Store::Match resolve_object(const CacheSite& site, std::string_view key) {
  if (!is_key(key)) {
    throw UsageError(
        {"", fmt::format("'{}' is no key", key), "give 8 to 64 digits of a hash, as `list` prints it", {}});
  }
  // The trust rule is the caller's matter: to name or remove a file needs none.
  StoreSettings settings = site.settings;
  settings.trust_others = true;
  Store store(settings, site.log);
  const auto matches = store.matches(key, Patience::network);
  if (matches.empty()) {
    throw MissingError({fmt::format("key {}", key),
                        "not in the cache",
                        fmt::format("`phasic-cache list` shows what is in {}", site.directory.path.string()),
                        {}});
  }
  if (matches.size() > 1) reject_ambiguous(key, matches);
  return matches.front();
}

}  // namespace phasic
