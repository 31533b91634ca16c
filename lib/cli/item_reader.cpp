#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

#include "cli/item_source.hpp"
#include "cli/items.hpp"

namespace phasic {

namespace {

constexpr std::size_t shortest_prefix = 8;
constexpr std::size_t key_length = 2 * digest_size;
constexpr std::size_t shown_candidates = 10;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool looks_like_key(std::string_view argument) {
  return argument.size() >= shortest_prefix && argument.size() <= key_length && is_hex(argument);
}

ObjectHash resolve_prefix(const std::string& prefix, Store& store) {
  const std::string where = "key " + prefix;
  if (!store.is_on()) throw MissingError({where, "the cache is off", "give the graph's file instead", {}});
  const auto matches = store.matches(prefix, Patience::network);
  if (matches.empty()) {
    throw MissingError({where,
                        "not in the cache",
                        "build it with: phasic-build ..., or, if it is a file, write ./" + prefix,
                        {}});
  }
  if (matches.size() == 1) return matches.front().hash;
  std::vector<std::string> candidates;
  for (const Store::Match& match : matches) {
    if (candidates.size() == shown_candidates) {
      candidates.push_back(fmt::format("and {} more", matches.size() - shown_candidates));
      break;
    }
    candidates.push_back(fmt::format("{}  {}", to_hex(match.hash), name_of(match.layer)));
  }
  throw InputError({where, fmt::format("ambiguous: {} objects begin so", matches.size()), "give more digits",
                    std::move(candidates)});
}

ItemSource open_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    const int reason = errno;
    const bool is_short_key = is_hex(path) && path.size() < shortest_prefix;
    throw MissingError({path,
                        "cannot open: " + error_text(reason),
                        is_short_key ? fmt::format("a key needs at least {} digits", shortest_prefix) : "",
                        {}});
  }
  return {std::move(file), path};
}

ItemSource open_standard_input() {
  if (::isatty(STDIN_FILENO) == 1) {
    throw UsageError({"",
                      "nothing to read: standard input is a terminal",
                      "give a graph's key or file, or pipe phasic-build into it",
                      {}});
  }
  return {Descriptor(::dup(STDIN_FILENO)), "standard input"};
}

}  // namespace

struct ItemReader::Implementation {
  std::deque<std::string> arguments;
  Store& store;
  std::optional<ItemSource> source;
  std::optional<Item> peeked;
  std::size_t count = 0;

  std::optional<Item> read();
};

std::optional<Item> ItemReader::Implementation::read() {
  for (;;) {
    if (source) {
      if (auto item = source->next()) return item;
      source.reset();
    }
    if (arguments.empty()) return std::nullopt;
    const std::string argument = arguments.front();
    arguments.pop_front();
    if (argument == "-") {
      source = open_standard_input();
    } else if (looks_like_key(argument)) {
      const auto whole = parse_hex(argument);
      return Item{whole ? ObjectHash{*whole} : resolve_prefix(argument, store), argument};
    } else {
      source = open_file(argument);
    }
  }
}

ItemReader::ItemReader(std::vector<std::string> arguments, Store& store)
    : implementation_(new Implementation{{}, store, {}, {}, 0}) {
  implementation_->arguments.assign(arguments.begin(), arguments.end());
  if (arguments.empty()) implementation_->source = open_standard_input();
}

ItemReader::~ItemReader() = default;

std::optional<Item> ItemReader::next() {
  auto& peeked = implementation_->peeked;
  std::optional<Item> item = peeked ? std::exchange(peeked, std::nullopt) : implementation_->read();
  if (item) ++implementation_->count;
  return item;
}

const Item* ItemReader::peek() {
  auto& peeked = implementation_->peeked;
  if (!peeked) peeked = implementation_->read();
  return peeked ? &*peeked : nullptr;
}

bool ItemReader::is_ready(std::chrono::milliseconds patience) {
  if (implementation_->peeked || !implementation_->source) return true;
  return implementation_->source->is_ready(patience);
}

std::size_t ItemReader::count() const {
  return implementation_->count;
}

}  // namespace phasic
