// phasic-trace: eliminates graphs symbolically, once, so that phasic-moments can replay them at any theta.
#include "cli/exit.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "cli/trace_command.hpp"

namespace {

constexpr const char* examples =
    "  # The usual place of phasic-trace: between the builder and the numbers.\n"
    "  phasic-build model.lua | phasic-trace | phasic-moments --theta 2,5\n"
    "  # Is the trace of this graph stored already?\n"
    "  phasic-trace --check 7d8de784\n"
    "  # A graph and its trace in one file, for a machine without a cache.\n"
    "  phasic-build model.lua | phasic-trace -o model.phasic\n";

}  // namespace

int main(int argc, char** argv) {
  return phasic::run_tool("phasic-trace", [&] {
    phasic::CommonOptions common;
    phasic::TraceOptions options;
    const auto app = phasic::make_app("phasic-trace", "Record the elimination traces of graphs.", examples);
    phasic::add_arguments(*app, "GRAPH", options.inputs,
                          "keys, unambiguous prefixes of 8 or more digits, or files; none: standard input");
    phasic::add_flag(*app, "--key", options.key,
                     "print key lines only; exit 73 where something could not be stored");
    phasic::add_flag(*app, "--check", options.check,
                     "print the keys of graphs whose trace is stored; exit 1 if one is not; record nothing");
    phasic::add_flag(*app, "--rebuild", options.rebuild, "record anew, whatever is stored");
    phasic::add_flag(*app, "--explain", options.explain, "say why a trace was not found");
    phasic::add_text_option(*app, "-o,--output", options.output, "FILE", "write graphs and traces to FILE");
    phasic::add_common_options(*app, common);
    if (const auto code = phasic::parse_command_line(*app, argc, argv)) return *code;

    const phasic::Log log = phasic::resolve_log(common, "phasic-trace");
    if (!common.jobs.empty()) phasic::resolve_jobs(common);
    phasic::Store store(phasic::resolve_store(common), log);
    return phasic::reported(log, &store, [&] { return phasic::trace(options, store, log); });
  });
}
