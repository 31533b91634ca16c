// phasic-build: a model file and its parameters become a graph, once.
#include "base/log.hpp"
#include "cli/build_command.hpp"
#include "cli/exit.hpp"
#include "cli/import_command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "store/store.hpp"

using namespace phasic;

namespace {

constexpr const char* description =
    "Explore a model file into a graph, or find it in the cache, and print its key.";

constexpr const char* examples =
    "  # the main job, end to end\n"
    "  phasic-build examples/two_locus_arg.lua -p n=6 | phasic-trace | phasic-moments --theta 2,5\n"
    "  # a key for a script\n"
    "  key=$(phasic-build --key examples/two_locus_arg.lua -p n=8)\n"
    "  # is it cached? and if not, why not?\n"
    "  phasic-build --lookup --explain examples/two_locus_arg.lua -p n=9\n"
    "  # several graphs at once, a key for each\n"
    "  phasic-build examples/two_locus_arg.lua -p n=2:6:2 | phasic-moments --theta 2,5\n"
    "  # what a model can be asked for\n"
    "  phasic-build examples/moran.lua --help-model\n"
    "  # a graph of another program\n"
    "  phasic-build --from edges examples/import/coalescent.tsv | phasic-moments --theta 1\n"
    "  # the graph itself, in a file\n"
    "  phasic-build examples/kingman.lua -o kingman.phg";

struct Flags {
  bool lookup = false;
  bool rebuild = false;
  bool explain = false;
  bool help_model = false;
};

void add_options(CLI::App& app, BuildOptions& options, Flags& flags) {
  add_argument(
      app, "MODEL", options.model,
      "the model file in Lua, in C++ (.cpp, .cc, .cxx) or compiled (.so); with --from, the file to read")
      ->required();
  add_repeated_option(app, "-p,--param", options.parameters, "NAME=VALUE",
                      "set a parameter that the model declares; first:last:step builds a graph for each");
  add_flag(app, "--key", options.answer.key,
           "print key lines only; exit 73 where the graph could not be stored");
  add_text_option(app, "-o,--output", options.answer.output, "FILE",
                  "write the graph itself to FILE; - is standard output");
  add_flag(app, "--lookup", flags.lookup,
           "print the key if the graph is cached, else exit 1; runs no callback");
  add_flag(app, "--rebuild", flags.rebuild, "build whatever is cached");
  add_flag(app, "--explain", flags.explain, "say what differs from the nearest cached request");
  add_flag(app, "--help-model", flags.help_model,
           "print the model's own parameters, theta, rewards and kind of time");
  add_text_option(
      app, "--compile", options.compile, "PRESET",
      "of C++: fast, balanced or max, which is for this processor [PHASIC_COMPILE; else balanced]");
  add_text_option(app, "--max-instructions", options.limits.instructions, "N",
                  "Lua instructions per state, and for loading [100000000; 0 is no limit]");
  add_text_option(app, "--max-memory", options.limits.memory, "SIZE", "memory of Lua [1GiB; 0 is no limit]");
  add_text_option(app, "--max-vertices", options.limits.vertices, "N", "vertices [100000000; 0 is no limit]");
  add_text_option(app, "--max-seconds", options.limits.seconds, "S", "time to load and explore [no limit]");
}

void add_import_options(CLI::App& app, ImportOptions& options) {
  add_text_option(app, "--from", options.format, "FORMAT",
                  "read a file of another program, - for standard input: edges, matrix, json or drn; see "
                  "phasic-import(5)");
  add_text_option(app, "--time", options.time, "KIND", "with --from: continuous or discrete [continuous]");
  add_text_option(app, "--initial", options.initial, "FILE",
                  "with --from matrix: start probabilities, in the same format [row 1]");
  add_text_option(app, "--target", options.target, "LABEL",
                  "with --from drn: states with this label become absorbing");
}

ExitCode import_file(ImportOptions& options, const BuildOptions& given, const Flags& flags, Store& store,
                     const Log& log) {
  const char* stray = !given.parameters.empty() ? "--param"
                      : !given.compile.empty()  ? "--compile"
                      : flags.help_model        ? "--help-model"
                                                : nullptr;
  if (stray != nullptr)
    throw UsageError({stray, "is for models, and --from reads a graph", "leave it out", {}});
  options.file = given.model;
  options.most_vertices = resolve_limits(given.limits).vertices;
  options.answer = given.answer;
  return import_graph(options, store, log);
}

ExitCode run(int argc, char** argv) {
  const auto app = make_app("phasic-build", description, examples);
  BuildOptions options;
  ImportOptions import;
  Flags flags;
  CommonOptions common;
  add_options(*app, options, flags);
  add_import_options(*app, import);
  add_common_options(*app, common);
  if (const auto exit = parse_command_line(*app, argc, argv)) return *exit;
  if (flags.lookup && flags.rebuild) {
    throw UsageError({"--lookup", "is given with --rebuild", "choose one", {}});
  }
  const bool is_import = !import.format.empty();
  if (!is_import) require_no_import_options(import);
  options.answer.mode = flags.lookup    ? BuildMode::cached_only
                        : flags.rebuild ? BuildMode::built
                                        : BuildMode::cached_or_built;
  options.answer.explain = flags.explain ? Explain::yes : Explain::no;
  if (!common.jobs.empty()) resolve_jobs(common);  // a bad number is an error on a hit too
  options.jobs = [&common] { return resolve_jobs(common); };
  const Log log = resolve_log(common, "phasic-build");
  Store store(resolve_store(common), log);
  return reported(log, &store, [&] {
    if (is_import) return import_file(import, options, flags, store, log);
    return flags.help_model ? describe_model(options, store, log) : build(options, store, log);
  });
}

}  // namespace

int main(int argc, char** argv) {
  return run_tool("phasic-build", [&] { return run(argc, argv); });
}
