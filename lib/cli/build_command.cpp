#include "cli/build_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/number_text.hpp"
#include "cli/build_parameters.hpp"
#include "cli/exit.hpp"
#include "cli/items.hpp"
#include "cli/model_file.hpp"
#include "cli/model_help.hpp"
#include "cli/provenance.hpp"
#include "graph/graph.hpp"
#include "model/explore.hpp"

namespace phasic {

namespace {

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

// What builds this graph again, and no other of a range.
std::string single_text(const Declaration& declaration, const Assignment& assignment) {
  const auto parameter = std::ranges::find(declaration.parameters, assignment.name, &Parameter::name);
  return parameter->value_count == 1 ? assignment.text : value_text(parameter->value);
}

Provenance provenance_of(const std::string& path, const BuildOptions& options, const Declaration& declaration,
                         std::span<const Assignment> assignments) {
  std::string parameters;
  std::string command = "phasic-build " + shell_quoted(path);
  if (!options.compile.empty()) command += " --compile " + shell_quoted(options.compile);
  for (const Parameter& parameter : declaration.parameters) {
    parameters +=
        fmt::format("{}{}={}", parameters.empty() ? "" : " ", parameter.name, value_text(parameter.value));
  }
  for (const Assignment& assignment : assignments) {
    command += " -p " + shell_quoted(assignment.name + "=" + single_text(declaration, assignment));
  }
  return {{"model", path}, {"parameters", parameters}, {"command", command}};
}

GraphRequest request_for(Model& model, const BuildOptions& options, std::span<const Assignment> assignments,
                         const Limits& limits, const Log& log) {
  GraphRequest request;
  request.where = options.model;
  request.source = path_in_records(options.model);
  request.parts = model.request_parts();
  request.provenance = provenance_of(request.source, options, model.declaration(), assignments);
  request.make = [&model, limits, &options, &log] { return explore(model, limits, options.jobs(), log); };
  return request;
}

ModelFileOptions model_file_options(const BuildOptions& options) {
  return {options.model, resolve_limits(options.limits), options.compile,
          options.answer.mode == BuildMode::cached_only ? MayCompile::no : MayCompile::yes,
          options.answer.explain};
}

}  // namespace

Limits resolve_limits(const LimitTexts& texts) {
  Limits limits;
  limits.instructions = read_limit(texts.instructions, "--max-instructions", limits.instructions);
  limits.memory = read_memory(texts.memory, limits.memory);
  limits.vertices = read_limit(texts.vertices, "--max-vertices", limits.vertices);
  limits.seconds = read_seconds(texts.seconds, limits.seconds);
  return limits;
}

ExitCode describe_model(const BuildOptions& options, Store& store, const Log& log) {
  const auto file = open_model_file(model_file_options(options), store, log);
  const auto model = file->load(read_assignments(options));
  if (!model) return ExitCode::no;
  print(model_help(options.model, model->declaration()));
  return ExitCode::done;
}

ExitCode build(const BuildOptions& options, Store& store, const Log& log) {
  ItemWriter writer = make_writer(options.answer, options.model);
  const ModelFileOptions file_options = model_file_options(options);
  const auto file = open_model_file(file_options, store, log);
  std::vector<Assignment> assignments = read_assignments(options);
  ExitCode result = ExitCode::done;
  std::vector<std::size_t> counts;
  BuildParametersNotes notes(store, log.tool());
  do {
    const auto model = file->load(assignments);
    if (!model) {  // no code, and so none for any other combination
      result = ExitCode::no;
      break;
    }
    if (counts.empty()) counts = value_counts(assignments, *model);
    GraphRequest request = request_for(*model, options, assignments, file_options.limits, log);
    if (std::ranges::any_of(counts, [](std::size_t count) { return count > 1; })) {
      request.before_key = [&](const Object& graph) { notes.note(graph, model->declaration().parameters); };
    }
    if (answer(request, options.answer, store, log, writer) != ExitCode::done) result = ExitCode::no;
  } while (to_next_combination(assignments, counts));
  writer.finish();
  return result;
}

}  // namespace phasic
