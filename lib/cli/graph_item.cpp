#include <fmt/core.h>

#include <algorithm>

#include "cli/items.hpp"

namespace phasic {

namespace {

// Longer than a writer needs between a graph and its trace, shorter than what a person notices.
constexpr std::chrono::milliseconds wait_for_another{100};

// A trace's record says which graph it was recorded for.
std::optional<std::string> graph_of_trace(const ObjectHash& trace, Store& store) {
  for (const Record& record : store.records(Layer::traces)) {
    if (record.object != trace) continue;
    const auto found =
        std::ranges::find(record.provenance, "graph", &std::pair<std::string, std::string>::first);
    if (found != record.provenance.end()) return found->second;
  }
  return std::nullopt;
}

[[noreturn]] void reject_trace(const std::string& where, const ObjectHash& trace, Store& store) {
  const auto graph = graph_of_trace(trace, store);
  throw InputError(
      {where, "is a trace", "give its graph's key" + (graph ? ' ' + *graph : std::string()), {}});
}

Object load_by_key(const ObjectHash& key, Store& store) {
  const std::string where = "key " + abbreviated(key);
  if (!store.is_on())
    throw MissingError({where, "the cache is off", "turn it on, or give the graph's file", {}});
  if (auto object = store.load(Layer::graphs, key, Patience::network)) return std::move(*object);
  if (store.is_of_another_version(Layer::graphs, key)) {
    throw FormatError({where,
                       "is of a format that this version of phasic does not read",
                       "use the version that wrote it, or build the graph again with this one",
                       {}});
  }
  for (const Store::Match& match : store.matches(to_hex(key))) {
    if (match.layer == Layer::traces) reject_trace(where, key, store);
    if (match.layer == Layer::compiled) {
      throw InputError({where, "is a compiled model", "give a graph's key", {}});
    }
  }
  throw MissingError(
      {where, "no longer in the cache (pruned?)", "build it again with: phasic-build ...", {}});
}

bool is_trace(const Item& item) {
  const auto* object = std::get_if<Object>(&item.content);
  return object != nullptr && object->type() == ObjectType::trace;
}

}  // namespace

Object require_graph_object(const Item& item, Store& store) {
  if (const auto* key = std::get_if<ObjectHash>(&item.content)) return load_by_key(*key, store);
  const auto& object = std::get<Object>(item.content);
  if (object.type() == ObjectType::trace) reject_trace(item.where, object.hash(), store);
  if (object.type() != ObjectType::graph) {
    throw InputError({item.where, fmt::format("is a {}", name_of(object.type())), "give a graph", {}});
  }
  return object;
}

std::optional<GraphItem> next_graph(ItemReader& reader, Store& store) {
  auto item = reader.next();
  while (item && is_trace(*item) && reader.count() > 1) item = reader.next();
  if (!item) return std::nullopt;
  Object object = require_graph_object(*item, store);
  const Stored stored = std::holds_alternative<ObjectHash>(item->content) ? Stored::yes : Stored::no;
  return GraphItem{std::move(object), stored, std::move(item->where)};
}

Graph decode_graph(const GraphItem& item) {
  try {
    return Graph::decode(item.object);
  } catch (const FormatError& error) {
    throw FormatError({item.where, error.complaint().what, "build it again with phasic-build", {}});
  }
}

std::optional<Object> take_trace(ItemReader& reader) {
  if (!reader.is_ready(wait_for_another)) return std::nullopt;
  const Item* item = reader.peek();
  if (item == nullptr || !is_trace(*item)) return std::nullopt;
  return std::get<Object>(reader.next()->content);
}

bool another_graph_follows(ItemReader& reader) {
  const Item* item = reader.peek();
  while (item != nullptr && is_trace(*item)) {
    reader.next();
    item = reader.peek();
  }
  return item != nullptr;
}

}  // namespace phasic
