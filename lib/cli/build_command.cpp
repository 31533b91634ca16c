#include "cli/build_command.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/file.hpp"
#include "base/number_text.hpp"
#include "cli/explain.hpp"
#include "cli/items.hpp"
#include "cli/model_help.hpp"
#include "cli/provenance.hpp"
#include "graph/graph.hpp"
#include "model/explore.hpp"
#include "model/lua_model.hpp"

namespace phasic {

namespace {

constexpr std::size_t largest_model_file = std::size_t{64} << 20;

std::uint64_t read_limit(const std::string& text, const char* option, std::uint64_t otherwise) {
  if (text.empty()) return otherwise;
  if (const auto number = parse_unsigned(text)) return *number;
  throw UsageError(
      {option, fmt::format("'{}' is no number", text), "give an integer >= 0; 0 is no limit", {}});
}

std::uint64_t read_memory(const std::string& text, std::uint64_t otherwise) {
  constexpr std::array<std::pair<std::string_view, int>, 4> units{
      {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"", 0}}};
  if (text.empty()) return otherwise;
  for (const auto& [unit, shift] : units) {
    if (!text.ends_with(unit)) continue;
    const auto number = parse_unsigned(std::string_view(text).substr(0, text.size() - unit.size()));
    if (number && *number <= (std::uint64_t{1} << 62) >> shift) return *number << shift;
  }
  throw UsageError({"--max-memory",
                    fmt::format("'{}' is no amount of memory", text),
                    "give bytes, or a number of KiB, MiB or GiB; 0 is no limit",
                    {}});
}

double read_seconds(const std::string& text, double otherwise) {
  if (text.empty()) return otherwise;
  const auto number = parse_double(text);
  if (number && *number >= 0) return *number;
  throw UsageError(
      {"--max-seconds", fmt::format("'{}' is no duration", text), "give seconds >= 0; 0 is no limit", {}});
}

std::string read_model(const std::string& path) {
  std::string source = read_text_file(path, largest_model_file);
  if (source.starts_with(object_magic)) {
    throw InputError(
        {path, "is an object of ours, no model file", "give it to phasic-trace or phasic-moments", {}});
  }
  return source;
}

std::unique_ptr<Model> load_model(const BuildOptions& options) {
  std::vector<Assignment> assignments;
  for (const std::string& text : options.parameters) assignments.push_back(parse_assignment(text));
  return load_lua_model(options.model, read_model(options.model), std::move(assignments),
                        resolve_limits(options.limits));
}

class Build {
 public:
  Build(const BuildOptions& options, Store& store, const Log& log)
      : options_(options), store_(store), log_(log), limits_(resolve_limits(options.limits)) {
    model_ = load_model(options);
    parts_ = model_->request_parts();
    key_ = request_key("graph", parts_);
  }

  ExitCode run() {
    const bool may_hit = options_.mode != BuildMode::built;
    std::optional<Object> cached = may_hit ? find() : std::nullopt;
    if (!cached) explain();
    if (options_.mode == BuildMode::cached_only) {
      if (!cached) return ExitCode::no;
      announce("cache hit", *cached);
      write(*cached, Stored::yes);
      return ExitCode::done;
    }
    if (cached && store_.mode() != CacheMode::verify) {
      announce("cache hit", *cached);
      write(*cached, Stored::yes);
      return ExitCode::done;
    }
    const Graph graph = explore(*model_, limits_, log_);
    if (cached) compare(*cached, graph);
    write(graph.object(), keep(graph));
    return ExitCode::done;
  }

 private:
  std::optional<Object> find() {
    const auto record = store_.find(Layer::graphs, key_);
    if (!record) return std::nullopt;
    return store_.load(Layer::graphs, record->object);
  }

  // --explain is asked for, so it is answered at every log level.
  void explain() {
    if (options_.explain == Explain::no) return;
    const std::vector<Record> cached = store_.is_on() ? store_.records(Layer::graphs) : std::vector<Record>{};
    std::string text;
    for (const std::string& line : explain_miss({parts_, model_path()}, cached)) {
      text +=
          text.empty() ? fmt::format("{}: not cached: {}\n", log_.tool(), line) : fmt::format("{}\n", line);
    }
    std::fwrite(text.data(), 1, text.size(), stderr);
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
    throw InternalError({options_.model,
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
    record.parts = parts_;
    std::string parameters;
    std::string command = "phasic-build " + shell_quoted(model_path());
    for (const Parameter& parameter : model_->declaration().parameters) {
      parameters +=
          fmt::format("{}{}={}", parameters.empty() ? "" : " ", parameter.name, value_text(parameter.value));
    }
    for (const std::string& text : options_.parameters) command += " -p " + shell_quoted(text);
    record.provenance = {{"model", model_path()}, {"parameters", parameters}, {"command", command}};
    for (auto& entry : made_by(log_.tool())) record.provenance.push_back(std::move(entry));
    return record;
  }

  [[nodiscard]] std::string model_path() const {
    std::error_code error;
    const auto path = std::filesystem::absolute(options_.model, error);
    return error ? options_.model : path.lexically_normal().string();
  }

  void write(const Object& object, Stored stored) {
    using Form = ItemWriter::Form;
    const Form form = !options_.output.empty() ? Form::objects
                      : options_.key           ? Form::keys_only
                                               : Form::keys_or_objects;
    ItemWriter writer(form, options_.output);
    writer.write(object, stored);
    writer.finish();
  }

  const BuildOptions& options_;
  Store& store_;
  const Log& log_;
  Limits limits_;
  std::unique_ptr<Model> model_;
  std::vector<RequestPart> parts_;
  RequestKey key_;
};

}  // namespace

Limits resolve_limits(const LimitTexts& texts) {
  Limits limits;
  limits.instructions = read_limit(texts.instructions, "--max-instructions", limits.instructions);
  limits.memory = read_memory(texts.memory, limits.memory);
  limits.vertices = read_limit(texts.vertices, "--max-vertices", limits.vertices);
  limits.seconds = read_seconds(texts.seconds, limits.seconds);
  return limits;
}

std::string describe_model(const BuildOptions& options) {
  return model_help(options.model, load_model(options)->declaration());
}

ExitCode build(const BuildOptions& options, Store& store, const Log& log) {
  if (options.key && !options.output.empty()) {
    throw UsageError(
        {"--key", "is given with -o", "choose the key on standard output or objects in a file", {}});
  }
  std::error_code unknown;
  if (options.output != "-" && std::filesystem::equivalent(options.model, options.output, unknown)) {
    throw UsageError({"-o " + options.output, "is the model file itself", "name another file", {}});
  }
  return Build(options, store, log).run();
}

}  // namespace phasic
