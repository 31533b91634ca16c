#include "cli/build_command.hpp"

#include <fmt/format.h>

#include <algorithm>
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

std::vector<Assignment> read_assignments(const BuildOptions& options) {
  std::vector<Assignment> assignments;
  for (const std::string& text : options.parameters) assignments.push_back(parse_assignment(text));
  return assignments;
}

// How many values of its range each assignment takes; 1 where a later one of the same name wins.
std::vector<std::size_t> value_counts(std::span<const Assignment> assignments, const Model& model) {
  std::vector<std::size_t> counts(assignments.size(), 1);
  for (const Parameter& parameter : model.declaration().parameters) {
    const Assignment* given = find_assignment(assignments, parameter.name);
    if (given != nullptr)
      counts[static_cast<std::size_t>(given - assignments.data())] = parameter.value_count;
  }
  return counts;
}

// The next combination, the last range fastest; false after the last.
bool to_next_combination(std::vector<Assignment>& assignments, std::span<const std::size_t> counts) {
  for (std::size_t i = assignments.size(); i-- > 0;) {
    if (++assignments[i].point < counts[i]) return true;
    assignments[i].point = 0;
  }
  return false;
}

ItemWriter::Form form_of(const BuildOptions& options) {
  if (!options.output.empty()) return ItemWriter::Form::objects;
  return options.key ? ItemWriter::Form::keys_only : ItemWriter::Form::keys_or_objects;
}

class Build {
 public:
  Build(const BuildOptions& options, std::span<const Assignment> assignments, Store& store, const Log& log)
      : options_(options),
        assignments_(assignments.begin(), assignments.end()),
        store_(store),
        log_(log),
        limits_(resolve_limits(options.limits)) {
    model_ = load_lua_model(options.model, read_model(options.model), assignments_, limits_);
    parts_ = model_->request_parts();
    key_ = request_key("graph", parts_);
  }

  [[nodiscard]] const Model& model() const { return *model_; }

  ExitCode run(ItemWriter& writer) {
    const bool may_hit = options_.mode != BuildMode::built;
    std::optional<Object> cached = may_hit ? find() : std::nullopt;
    if (!cached) explain();
    if (options_.mode == BuildMode::cached_only) {
      if (!cached) return ExitCode::no;
      announce("cache hit", *cached);
      writer.write(*cached, Stored::yes);
      return ExitCode::done;
    }
    if (cached && store_.mode() != CacheMode::verify) {
      announce("cache hit", *cached);
      writer.write(*cached, Stored::yes);
      return ExitCode::done;
    }
    const Graph graph = explore(*model_, limits_, log_);
    if (cached) compare(*cached, graph);
    writer.write(graph.object(), keep(graph));
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
    if (const std::string_view reason = why_not_looked_up(); !reason.empty()) {
      fmt::print(stderr, "{}: not looked up: {}\n", log_.tool(), reason);
      return;
    }
    std::string text;
    for (const std::string& line : explain_miss({parts_, model_path()}, store_.records(Layer::graphs))) {
      text +=
          text.empty() ? fmt::format("{}: not cached: {}\n", log_.tool(), line) : fmt::format("{}\n", line);
    }
    std::fwrite(text.data(), 1, text.size(), stderr);
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
    for (const Assignment& assignment : assignments_) {
      command += " -p " + shell_quoted(assignment.name + "=" + single_text(assignment));
    }
    record.provenance = {{"model", model_path()}, {"parameters", parameters}, {"command", command}};
    for (auto& entry : made_by(log_.tool())) record.provenance.push_back(std::move(entry));
    return record;
  }

  // What builds this graph again, and no other of a range.
  [[nodiscard]] std::string single_text(const Assignment& assignment) const {
    const auto& parameters = model_->declaration().parameters;
    const auto parameter = std::ranges::find(parameters, assignment.name, &Parameter::name);
    return parameter->value_count == 1 ? assignment.text : value_text(parameter->value);
  }

  [[nodiscard]] std::string model_path() const {
    std::error_code error;
    const auto path = std::filesystem::absolute(options_.model, error);
    return error ? options_.model : path.lexically_normal().string();
  }

  const BuildOptions& options_;
  std::vector<Assignment> assignments_;
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
  const auto model = load_lua_model(options.model, read_model(options.model), read_assignments(options),
                                    resolve_limits(options.limits));
  return model_help(options.model, model->declaration());
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
  std::vector<Assignment> assignments = read_assignments(options);
  ItemWriter writer(form_of(options), options.output);
  ExitCode answer = ExitCode::done;
  std::vector<std::size_t> counts;
  do {
    Build one(options, assignments, store, log);
    if (counts.empty()) counts = value_counts(assignments, one.model());
    if (one.run(writer) != ExitCode::done) answer = ExitCode::no;
  } while (to_next_combination(assignments, counts));
  writer.finish();
  return answer;
}

}  // namespace phasic
