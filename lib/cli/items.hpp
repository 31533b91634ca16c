// The stream of items between the tools: key lines (64 hex digits and a newline) and objects, told apart by
// their first byte. Keys name graphs; a trace object follows its graph, which went before it as key or
// object.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/graph.hpp"
#include "store/object.hpp"
#include "store/store.hpp"

namespace phasic {

/// `where` says where it came from, for messages: `standard input`, `standard input, item 2`, `graph.phg`, or
/// the argument itself.
struct Item {
  std::variant<ObjectHash, Object> content;
  std::string where;
};

/// Reads items from arguments (keys, unambiguous prefixes of 8 or more digits, files, `-`), or from standard
/// input where there is no argument. Streams: an item is handed out as soon as it is there.
class ItemReader {
 public:
  /// Throws UsageError if it would have to read from a terminal.
  ItemReader(std::vector<std::string> arguments, Store& store);
  ~ItemReader();

  /// The next item, or nothing at the end. Throws MissingError for a file or prefix that is not there and for
  /// a file or standard input without a single item, InputError for an ambiguous prefix (candidates in the
  /// details), FormatError for bytes that are neither key nor object. A whole key is not looked up here.
  std::optional<Item> next();
  /// The next item without taking it; nothing at the end. Waits for it where the pipe has not brought it yet.
  const Item* peek();
  /// Whether `peek` has its answer within `patience`: an item has begun to arrive, or the end is reached.
  bool is_ready(std::chrono::milliseconds patience);
  /// How many items `next` has handed out.
  [[nodiscard]] std::size_t count() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Writes items to standard output or a file (`-o`). They are flushed at once, so that the next tool can
/// start.
class ItemWriter {
 public:
  enum class Form {
    keys_or_objects,  ///< keys where the data is stored, else objects
    keys_only,        ///< --key: exit 73 where the data could not be stored
    objects,  ///< -o FILE: objects, collected and published at once by `finish`; `-` is standard output
  };
  ItemWriter(Form form, std::string output_file);
  ~ItemWriter();

  /// One result: its object, and whether it is in the store. A trace must follow its graph; one that is
  /// stored needs no words, for its graph's key finds it. Throws StoreError for an object that would go to a
  /// terminal or that --key cannot name.
  void write(const Object& object, Stored stored);
  /// Whether results will be written as objects even if they are stored.
  [[nodiscard]] bool wants_objects() const;
  /// Publishes the file of form `objects`. Throws StoreError; then an old file is as it was.
  void finish();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// A graph from the stream: its object, whether it can be named by its key, and where it came from.
struct GraphItem {
  Object object;
  Stored stored = Stored::no;
  std::string where;
};

/// The next graph, or nothing at the end. Traces that follow the graph before, and that nobody took, are
/// passed over. Throws as `ItemReader::next` and `require_graph_object` do, and InputError for a trace
/// without a graph.
std::optional<GraphItem> next_graph(ItemReader& reader, Store& store);

/// The graph itself. Throws FormatError naming the item for an object that is whole but no valid graph.
Graph decode_graph(const GraphItem& item);

/// The trace object that comes next, if one does; a trace is sent right behind its graph, so one that has not
/// begun to arrive after a moment is not waited for: whoever sends graphs one by one may wait for an answer.
std::optional<Object> take_trace(ItemReader& reader);

/// Whether another graph follows. Waits for the next item; passes over traces that nobody took.
bool another_graph_follows(ItemReader& reader);

/// The graph that an item stands for. Throws InputError for a trace where a graph is wanted (`is a trace;
/// give its graph's key HASH`), FormatError for a key of what only another version reads, MissingError for
/// one that is not stored (`no longer in the cache (pruned?)`, or `the cache is off`).
Object require_graph_object(const Item& item, Store& store);

}  // namespace phasic
