// phasic-cache: looks after the cache: what is in it, what of it is whole, and how much of it stays.
#include <functional>

#include "cli/cache_options.hpp"
#include "cli/run_report.hpp"

using namespace phasic;

namespace {

constexpr const char* layers_help = "graphs, traces or compiled; none: all of them";
constexpr const char* key_help = "an object's hash, or an unambiguous prefix of 8 or more digits";

constexpr const char* examples =
    "  # what is there, and how much of it\n"
    "  phasic-cache info\n"
    "  # nightly, from cron: at most 100 MB, nothing unused for 30 days\n"
    "  phasic-cache prune --max-mb 100 --max-age 30 -q\n"
    "  # where a graph came from\n"
    "  phasic-cache show 7d8de784";

/// A command that was chosen, and what runs it.
using Command = std::function<ExitCode(const CacheSite&)>;

class Tool {
 public:
  Tool() : app_(make_app("phasic-cache", "Look after the cache of graphs and traces.", examples)) {
    app_->require_subcommand(1);
    add_looking();
    add_checking();
    add_removing();
    add_pruning();
    // Before the command and after it: phasic-cache --cache-dir D info, phasic-cache info --cache-dir D.
    add_common_options(*app_, common_, CacheFlags::directory_only, JobsFlag::no);
    for (CLI::App* command : app_->get_subcommands(nullptr)) {
      add_common_options(*command, common_, CacheFlags::directory_only, JobsFlag::no);
    }
  }

  ExitCode run(int argc, const char* const* argv) {
    if (const auto code = parse_command_line(*app_, argc, argv)) return *code;
    const Log log = resolve_log(common_, "phasic-cache");
    const CacheSite site = make_site(resolve_store(common_), log);
    return reported(log, nullptr, [&] { return command_(site); });
  }

 private:
  CLI::App& add(const char* name, const char* description, const char* command_examples, Command command) {
    CLI::App& added = add_command(*app_, name, description, command_examples);
    added.callback([this, command = std::move(command)] { command_ = command; });
    return added;
  }

  void add_looking() {
    CLI::App& info = add("info", "Directory, entries, total size and times of use per layer, settings.",
                         "  phasic-cache info\n  phasic-cache info traces --json",
                         [this](const CacheSite& site) { return cache_info(site, info_); });
    add_arguments(info, "LAYER", info_.layers, layers_help);
    add_flag(info, "--json", info_.json, "print one JSON object");

    CLI::App& list = add("list", "A line per object: hash, size, what it holds, when it was last used.",
                         "  phasic-cache list traces --sort size\n"
                         "  phasic-cache list graphs --tsv | cut -f2",
                         [this](const CacheSite& site) { return cache_list(site, list_); });
    add_arguments(list, "LAYER", list_.layers, layers_help);
    add_text_option(list, "--sort", list_.sort, "ORDER", "used (the default), size or created");
    add_flag(list, "--json", list_.json, "print a JSON object per line");
    add_flag(list, "--tsv", list_.tsv, "print tab-separated values with a header");

    CLI::App& show = add("show", "All that an object says, and where it came from.",
                         "  phasic-cache show 7d8de784\n"
                         "  phasic-cache show 7d8de784 --json | jq .vertices\n"
                         "  phasic-cache show 7d8de784 --format dot | dot -Tsvg > arg2.svg",
                         [this](const CacheSite& site) { return cache_show(site, show_); });
    add_argument(show, "KEY", show_.key, key_help)->required();
    add_flag(show, "--json", show_.json, "print one JSON object");
    add_text_option(show, "--format", show_.output.format, "json|mtx|initial|tra|lab|dot",
                    "the graph itself, for other programs");
    add_text_option(show, "--theta", show_.output.theta, "VALUES", "where its rates are (mtx, tra, dot)");
    add_text_option(show, "--max-vertices", show_.output.max_vertices, "N",
                    "dot: refuse larger graphs [200]");

    CLI::App& path = add("path", "The cache's directory, or the path of an object's file.",
                         "  du -sh $(phasic-cache path)\n  cp $(phasic-cache path 7d8de784) arg6.phg",
                         [this](const CacheSite& site) { return cache_path(site, key_); });
    add_argument(path, "KEY", key_, key_help);

    CLI::App& cat = add("cat", "Write objects to standard output, for the tools of another cluster to read.",
                        "  phasic-cache cat 7d8de784 | ssh cluster phasic-moments --theta 2,5",
                        [this](const CacheSite& site) { return cache_cat(site, keys_); });
    add_arguments(cat, "KEY", keys_, key_help)->required();
  }

  void add_checking() {
    CLI::App& verify = add("verify", "Read everything again; exit 1 if anything is damaged.",
                           "  phasic-cache verify\n  phasic-cache verify graphs",
                           [this](const CacheSite& site) { return cache_verify(site, layers_); });
    add_arguments(verify, "LAYER", layers_, layers_help);

    CLI::App& stats = add("stats", "What the cache was worth, from files that PHASIC_STATS_LOG named.",
                          "  export PHASIC_STATS_LOG=$HOME/phasic-stats.jsonl   # in every job\n"
                          "  phasic-cache stats ~/phasic-stats.jsonl",
                          [this](const CacheSite& site) { return cache_stats(site, stats_); });
    add_arguments(stats, "FILE", stats_.files, "lines of JSON, one a run; - is standard input")->required();
    add_flag(stats, "--json", stats_.json, "print one JSON object");
  }

  void add_removing() {
    CLI::App& remove =
        add("remove", "Remove objects and the records that lead to them.", "  phasic-cache remove 7d8de784",
            [this](const CacheSite& site) { return cache_remove(site, keys_); });
    add_arguments(remove, "KEY", keys_, key_help)->required();

    CLI::App& clear = add("clear", "Remove all entries of the layers.",
                          "  phasic-cache clear\n  phasic-cache clear graphs traces -v",
                          [this](const CacheSite& site) { return cache_clear(site, layers_); });
    add_arguments(clear, "LAYER", layers_, layers_help);
  }

  void add_pruning() {
    CLI::App& prune = add("prune", "Remove what was not used for longest, until the cache is within limits.",
                          "  # crontab: every night at three\n"
                          "  0 3 * * *  phasic-cache prune --max-mb 100 --max-age 30 -q\n"
                          "  # what would go?\n"
                          "  phasic-cache prune --max-size 5GiB --max-age 4w -n -v",
                          [this](const CacheSite& site) { return cache_prune(site, prune_); });
    add_arguments(prune, "LAYER", prune_.layers, layers_help);
    add_prune_options(prune, prune_);
  }

  std::unique_ptr<CLI::App> app_;
  CommonOptions common_;
  CacheInfoOptions info_;
  CacheListOptions list_;
  CacheShowOptions show_;
  CachePruneOptions prune_;
  CacheStatsOptions stats_;
  std::vector<std::string> layers_;
  std::vector<std::string> keys_;
  std::string key_;
  Command command_;
};

}  // namespace

int main(int argc, char** argv) {
  return run_tool("phasic-cache", [&] { return Tool().run(argc, argv); });
}
