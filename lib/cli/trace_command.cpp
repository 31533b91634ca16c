#include "cli/trace_command.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <limits>

#include "base/error.hpp"
#include "cli/provenance.hpp"
#include "trace/record.hpp"

namespace phasic {

namespace {

constexpr double unit_of_roundoff = std::numeric_limits<double>::epsilon() / 2;

std::string description(const Trace& trace) {
  const std::uint64_t errors = trace.error_counts().solve;
  return fmt::format(
      "{} states, {} components, the largest of {}; {} multiply-adds and {} divisions a mean, an error count "
      "of "
      "{} ({:.1e} in doubles); {:.1f} KB",
      trace.transient_count(), trace.component_count(), trace.largest_component(), trace.multiply_add_count(),
      trace.division_count(), errors, static_cast<double>(errors) * unit_of_roundoff,
      static_cast<double>(trace.object().bytes().size()) / 1024);
}

Stored keep_trace(const Graph& graph, const Trace& trace, Store& store, const Log& log) {
  if (store.publish(Layer::traces, trace.object()) == Stored::no) return Stored::no;
  Record record;
  record.parts = trace_request(graph.structure_hash());
  record.request = request_key("trace", record.parts);
  record.layer = Layer::traces;
  record.object = trace.hash();
  record.length = trace.object().bytes().size();
  record.provenance = {{"graph", to_hex(graph.hash())}};
  for (auto& entry : made_by(log.tool())) record.provenance.push_back(std::move(entry));
  // A trace is found through its record alone: without one it has to travel.
  if (store.file(record) == Stored::no) return Stored::no;
  log.info(fmt::format("saved trace to cache: {}", abbreviated(trace.hash())));
  return Stored::yes;
}

void compare(const Graph& graph, const Trace& cached, const Trace& made) {
  if (cached.hash() == made.hash()) return;
  throw InternalError({"graph " + abbreviated(graph.hash()),
                       "the trace in the cache is not the one that is recorded now",
                       "remove it, and report it",
                       {"cached:   " + to_hex(cached.hash()), "recorded: " + to_hex(made.hash())}});
}

bool is_of(const Trace& trace, const Graph& graph) {
  return trace.structure_hash() == graph.structure_hash();
}

/// A trace that follows its graph on the pipe serves if it is whole and really this graph's.
std::optional<Trace> following_trace(const Graph& graph, ItemReader& reader) {
  const auto object = take_trace(reader);
  if (!object) return std::nullopt;
  Trace trace = Trace::decode(*object);
  if (!is_of(trace, graph)) {
    throw InputError({"trace " + abbreviated(trace.hash()),
                      "follows graph " + abbreviated(graph.hash()) + ", but is not one of it",
                      "send each graph with its own trace behind it",
                      {}});
  }
  return trace;
}

void explain_miss(const Graph& graph, const Log& log) {
  const std::string text =
      fmt::format("{}: graph {}: not cached: no whole trace of structure {} by this version\n", log.tool(),
                  abbreviated(graph.hash()), to_hex(graph.structure_hash()).substr(0, 8));
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool names_something(const ObjectHash& key, Store& store) {
  return !store.matches(to_hex(key)).empty();
}

ExitCode check_traces(ItemReader& reader, Store& store, const Log& log, ItemWriter& writer) {
  ExitCode answer = ExitCode::done;
  while (auto item = reader.next()) {
    const auto* key = std::get_if<ObjectHash>(&item->content);
    // A graph that is not stored has no trace that could be found.
    if (key != nullptr && store.is_on() && !store.load(Layer::graphs, *key) &&
        !names_something(*key, store)) {
      answer = ExitCode::no;
      continue;
    }
    GraphItem graph_item{require_graph_object(*item, store), Stored::yes, std::move(item->where)};
    const Graph graph = decode_graph(graph_item);
    if (find_trace(graph, store, log))
      writer.write(graph_item.object, Stored::yes);
    else
      answer = ExitCode::no;
  }
  return answer;
}

}  // namespace

std::optional<Trace> find_trace(const Graph& graph, Store& store, const Log& log) {
  const auto record = store.find(Layer::traces, request_key("trace", trace_request(graph.structure_hash())));
  if (!record) return std::nullopt;
  const auto object = store.load(Layer::traces, record->object);
  if (!object) return std::nullopt;
  try {
    Trace trace = Trace::decode(*object);
    if (is_of(trace, graph)) {
      if (log.shows(LogLevel::info)) {
        log.info(fmt::format("cache hit: trace {} ({})", abbreviated(trace.hash()), description(trace)));
      }
      return trace;
    }
    log.warning(fmt::format("trace {} is of another structure than its record says; it is not used",
                            abbreviated(trace.hash())));
  } catch (const FormatError& error) {
    log.warning(
        fmt::format("trace {}: {}; it is not used", abbreviated(record->object), error.complaint().what));
  }
  return std::nullopt;
}

FoundTrace obtain_trace(const Graph& graph, ItemReader& reader, Recording recording, Store& store,
                        const Log& log) {
  std::optional<Trace> cached;
  if (recording != Recording::always) cached = find_trace(graph, store, log);
  if (cached && store.mode() != CacheMode::verify) return {std::move(*cached), Stored::yes};
  if (!cached && recording != Recording::always) {
    if (auto sent = following_trace(graph, reader)) {
      const Stored stored = keep_trace(graph, *sent, store, log);
      return {std::move(*sent), stored};
    }
  }
  Trace made = record(graph);
  if (log.shows(LogLevel::info)) log.info("recorded trace: " + description(made));
  if (cached) compare(graph, *cached, made);
  const Stored stored = keep_trace(graph, made, store, log);
  return {std::move(made), stored};
}

Stored keep_graph(const GraphItem& item, Store& store) {
  return item.stored == Stored::yes ? Stored::yes : store.publish(Layer::graphs, item.object);
}

ExitCode trace(const TraceOptions& options, Store& store, const Log& log) {
  using Form = ItemWriter::Form;
  if (options.key && !options.output.empty()) {
    throw UsageError(
        {"--key", "is given with -o", "choose the key on standard output or objects in a file", {}});
  }
  ItemReader reader(options.inputs, store);
  ItemWriter writer(!options.output.empty() ? Form::objects
                    : options.key           ? Form::keys_only
                                            : Form::keys_or_objects,
                    options.output);
  if (options.check && options.rebuild)
    throw UsageError({"--check", "is given with --rebuild", "it records nothing", {}});
  if (options.check) return check_traces(reader, store, log, writer);
  const Recording recording = options.rebuild ? Recording::always : Recording::where_missing;
  while (const auto item = next_graph(reader, store)) {
    const Graph graph = decode_graph(*item);
    if (options.explain && !find_trace(graph, store, log)) explain_miss(graph, log);
    const FoundTrace found = obtain_trace(graph, reader, recording, store, log);
    writer.write(item->object, keep_graph(*item, store));
    writer.write(found.trace.object(), found.stored);
  }
  writer.finish();
  return ExitCode::done;
}

}  // namespace phasic
