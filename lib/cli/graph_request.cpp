#include "cli/graph_request.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "cli/build_parameters.hpp"
#include "cli/explain.hpp"

namespace phasic {

namespace {

ItemWriter::Form form_of(const AnswerOptions& options) {
  if (!options.output.empty()) return ItemWriter::Form::objects;
  return options.key ? ItemWriter::Form::keys_only : ItemWriter::Form::keys_or_objects;
}

class Answer {
 public:
  Answer(const GraphRequest& request, const AnswerOptions& options, Store& store, const Log& log)
      : request_(request),
        options_(options),
        store_(store),
        log_(log),
        key_(request_key("graph", request.parts)) {}

  ExitCode write_to(ItemWriter& writer) {
    const std::optional<Object> cached = options_.mode == BuildMode::built ? std::nullopt : find();
    if (!cached) explain();
    if (!cached && options_.mode == BuildMode::cached_only) return ExitCode::no;
    if (cached && (options_.mode == BuildMode::cached_only || store_.mode() != CacheMode::verify)) {
      announce("cache hit", *cached);
      write(*cached, Stored::yes, writer);
      return ExitCode::done;
    }
    const Graph graph = request_.make();
    if (cached) compare(*cached, graph);
    write(graph.object(), keep(graph), writer);
    return ExitCode::done;
  }

 private:
  void write(const Object& object, Stored stored, ItemWriter& writer) {
    if (stored == Stored::yes && request_.before_key) request_.before_key(object);
    writer.write(object, stored);
  }

  std::optional<Object> find() {
    const auto record = store_.find(Layer::graphs, key_);
    if (!record) return std::nullopt;
    auto object = store_.load(Layer::graphs, record->object);
    if (!object) return std::nullopt;
    try {
      Graph::require_known_format(*object);
      return object;
    } catch (const FormatError& error) {
      log_.warning(
          fmt::format("graph {}: {}; it is not used", abbreviated(record->object), error.complaint().what));
      return std::nullopt;
    }
  }

  // --explain is asked for, so it is answered at every log level.
  void explain() {
    if (options_.explain == Explain::no) return;
    if (const std::string_view reason = why_not_looked_up(); !reason.empty()) {
      fmt::print(stderr, "{}: not looked up: {}\n", log_.tool(), reason);
      return;
    }
    std::string text;
    for (const std::string& line : explain_miss({request_.parts, request_.source}, requests_for_graphs())) {
      text +=
          text.empty() ? fmt::format("{}: not cached: {}\n", log_.tool(), line) : fmt::format("{}\n", line);
    }
    std::fwrite(text.data(), 1, text.size(), stderr);
  }

  // Notes of what ranges were built with are no requests.
  std::vector<Record> requests_for_graphs() {
    std::vector<Record> records = store_.records(Layer::graphs);
    std::erase_if(records, is_build_note);
    return records;
  }

  // Whether the cache holds the graph is not known where it was not asked.
  std::string_view why_not_looked_up() {
    if (options_.mode == BuildMode::built) return "--rebuild builds whatever is cached";
    if (store_.mode() == CacheMode::refresh) return "the cache's mode is refresh";
    return store_.is_on() ? "" : "the cache is off";
  }

  void announce(std::string_view what, const Object& object) {
    if (!log_.shows(LogLevel::info)) return;
    const Graph graph = Graph::decode(object);
    log_.info(fmt::format("{}: {} ({} vertices)", what, abbreviated(object.hash()), graph.vertex_count()));
  }

  void compare(const Object& cached, const Graph& graph) {
    if (cached.hash() == graph.hash()) {
      log_.info(fmt::format("verified: {} was built anew, byte for byte", abbreviated(graph.hash())));
      return;
    }
    throw InternalError({request_.where,
                         "the graph in the cache is not the one that the model gives now",
                         "remove it, and report it",
                         {"cached: " + to_hex(cached.hash()), "built:  " + to_hex(graph.hash())}});
  }

  Stored keep(const Graph& graph) {
    if (store_.publish(Layer::graphs, graph.object()) == Stored::no) return Stored::no;
    // Without a record the graph is built again next time, but its key serves all the same.
    if (store_.file(record_of(graph)) == Stored::yes) announce("saved graph to cache", graph.object());
    return Stored::yes;
  }

  [[nodiscard]] Record record_of(const Graph& graph) const {
    Record record;
    record.request = key_;
    record.layer = Layer::graphs;
    record.object = graph.hash();
    record.length = graph.object().bytes().size();
    record.parts = request_.parts;
    record.provenance = request_.provenance;
    for (auto& entry : made_by(log_.tool())) record.provenance.push_back(std::move(entry));
    return record;
  }

  const GraphRequest& request_;
  const AnswerOptions& options_;
  Store& store_;
  const Log& log_;
  RequestKey key_;
};

}  // namespace

std::string path_in_records(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

ItemWriter make_writer(const AnswerOptions& options, const std::string& source) {
  if (options.key && !options.output.empty()) {
    throw UsageError(
        {"--key", "is given with -o", "choose the key on standard output or objects in a file", {}});
  }
  std::error_code unknown;
  if (options.output != "-" && std::filesystem::equivalent(source, options.output, unknown)) {
    throw UsageError({"-o " + options.output, "is the model file itself", "name another file", {}});
  }
  return {form_of(options), options.output};
}

ExitCode answer(const GraphRequest& request, const AnswerOptions& options, Store& store, const Log& log,
                ItemWriter& writer) {
  return Answer(request, options, store, log).write_to(writer);
}

}  // namespace phasic
