#include "cli/import_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "base/spelling.hpp"
#include "graph/format.hpp"
#include "graph/imported.hpp"
#include "graph/read_drn.hpp"
#include "graph/read_edges.hpp"
#include "graph/read_json.hpp"
#include "graph/read_matrix.hpp"

namespace phasic {

namespace {

constexpr std::size_t largest_file = std::size_t{8} << 30U;

/// Raised whenever the same file would come out as another graph.
constexpr std::uint32_t import_version = 1;

/// A file's text, and what it is called in messages and in records.
struct Source {
  std::string where;
  std::string in_records;
  std::string text;
};

/// What the options say beyond the file.
struct Wishes {
  TimeKind time = TimeKind::continuous;
  std::optional<Source> initial;
  std::string target;
};

struct Format {
  std::string_view name;
  bool takes_time;
  bool takes_initial;
  bool takes_target;
  Imported (*read)(const Source& source, const Wishes& wishes);
};

Imported edges_from(const Source& source, const Wishes& wishes) {
  return read_edges(source.text, source.where, wishes.time);
}
Imported json_from(const Source& source, const Wishes& /*wishes*/) {
  return read_json(source.text, source.where);
}
Imported matrix_from(const Source& source, const Wishes& wishes) {
  std::optional<MatrixText> initial;
  if (wishes.initial) initial = {wishes.initial->text, wishes.initial->where};
  return read_matrix({source.text, source.where}, initial, wishes.time);
}
Imported drn_from(const Source& source, const Wishes& wishes) {
  return read_drn(source.text, source.where, wishes.target);
}
constexpr std::array<Format, 4> formats{{{"edges", true, false, false, edges_from},
                                         {"matrix", true, true, false, matrix_from},
                                         {"json", false, false, false, json_from},
                                         {"drn", false, false, true, drn_from}}};

const Format& format_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Format& format : formats) {
    if (format.name == name) return format;
    names.emplace_back(format.name);
  }
  const auto meant = nearest_spelling(name, names);
  throw UsageError({"--from",
                    fmt::format("there is no format '{}'", name),
                    meant ? fmt::format("did you mean '{}'?", *meant)
                          : "formats are " + fmt::to_string(fmt::join(names, ", ")),
                    {}});
}

void require_unused(const std::string& value, bool is_taken, const char* option, const Format& format) {
  if (value.empty() || is_taken) return;
  throw UsageError({option, fmt::format("means nothing for --from {}", format.name), "leave it out", {}});
}

TimeKind time_of(const std::string& text) {
  if (text.empty() || text == "continuous") return TimeKind::continuous;
  if (text == "discrete") return TimeKind::discrete;
  throw UsageError(
      {"--time", fmt::format("there is no kind of time '{}'", text), "it is continuous or discrete", {}});
}

Source read_source(const std::string& file) {
  if (file != "-") return {file, path_in_records(file), read_text_file(file, largest_file)};
  if (::isatty(STDIN_FILENO) == 1)
    throw UsageError({"-", "standard input is a terminal", "give a file, or pipe one in", {}});
  return {"standard input", "standard input", read_text(STDIN_FILENO, "standard input", largest_file)};
}

std::string digest_of(std::string_view text) {
  return to_hex(sha256(as_bytes(text)));
}

class Import {
 public:
  explicit Import(const ImportOptions& options) : options_(options), format_(format_named(options.format)) {
    wishes_.time = time_of(options.time);
    require_unused(options.time, format_.takes_time, "--time", format_);
    require_unused(options.initial, format_.takes_initial, "--initial", format_);
    require_unused(options.target, format_.takes_target, "--target", format_);
    if (options.file == "-" && options.initial == "-")
      throw UsageError(
          {"--initial -", "standard input is the matrix already", "give one of them as a file", {}});
    wishes_.target = options.target;
    source_ = read_source(options.file);
    if (!options.initial.empty()) wishes_.initial = read_source(options.initial);
  }

  GraphRequest request(const Log& log) {
    GraphRequest request;
    request.where = source_.where;
    request.source = source_.in_records;
    request.parts = {{"import", std::string(format_.name)}, {"content", digest_of(source_.text)}};
    if (format_.takes_time) request.parts.push_back({"time", std::string(phasic::name_of(wishes_.time))});
    if (wishes_.initial) request.parts.push_back({"initial", digest_of(wishes_.initial->text)});
    if (!wishes_.target.empty()) request.parts.push_back({"target", wishes_.target});
    request.parts.push_back({"import version", std::to_string(import_version)});
    request.parts.push_back({"graph format", std::to_string(graph_format::version)});
    request.provenance = {{"model", source_.in_records}, {"parameters", ""}, {"command", command()}};
    request.make = [this, &log] { return make(log); };
    return request;
  }

 private:
  static std::string name_of(const std::string& file, const Source& source) {
    return file == "-" ? file : shell_quoted(source.in_records);
  }

  [[nodiscard]] std::string command() const {
    std::string text = fmt::format("phasic-build --from {}", format_.name);
    if (!options_.time.empty()) text += " --time " + options_.time;
    if (wishes_.initial) text += " --initial " + name_of(options_.initial, *wishes_.initial);
    if (!wishes_.target.empty()) text += " --target " + shell_quoted(wishes_.target);
    return text + " " + name_of(options_.file, source_);
  }

  Graph make(const Log& log) const {
    Imported imported = format_.read(source_, wishes_);
    for (const std::string& note : imported.notes) log.warning(fmt::format("{}: {}", source_.where, note));
    if (options_.most_vertices != 0 && imported.parts.state_count >= options_.most_vertices) {
      throw LimitError({source_.where,
                        fmt::format("it has more than {} vertices", options_.most_vertices),
                        "raise --max-vertices (0: no limit)",
                        {}});
    }
    return make_imported_graph(std::move(imported), source_.where);
  }

  const ImportOptions& options_;
  const Format& format_;
  Wishes wishes_;
  Source source_;
};

}  // namespace

void require_no_import_options(const ImportOptions& options) {
  const char* stray = !options.time.empty()      ? "--time"
                      : !options.initial.empty() ? "--initial"
                      : !options.target.empty()  ? "--target"
                                                 : nullptr;
  if (stray != nullptr) throw UsageError({stray, "means nothing without --from", "leave it out", {}});
}

ExitCode import_graph(const ImportOptions& options, Store& store, const Log& log) {
  ItemWriter writer = make_writer(options.answer, options.file);
  Import file(options);
  const ExitCode result = answer(file.request(log), options.answer, store, log, writer);
  writer.finish();
  return result;
}

}  // namespace phasic
