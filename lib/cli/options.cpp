#include "cli/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/spelling.hpp"
#include "base/version.hpp"
#include "cli/help.hpp"

namespace phasic {

namespace {

// CLI11 takes `[a,b]` where several arguments may come as a list; this mark at its end keeps it one text.
constexpr char list_guard = '\x01';

std::string unguarded(std::string text) {
  if (!text.empty() && text.back() == list_guard) text.pop_back();
  return text;
}

// CLI11 splits no texts, runs no conversions and reads no brackets where the callback takes the raw results.
CLI::Option* add_raw(CLI::App& app, const std::string& names, CLI::callback_t callback,
                     const std::string& placeholder, const std::string& help) {
  return app.add_option(names, std::move(callback), help)->type_name(placeholder)->type_size(1)->expected(1);
}

// `--reward "$UNSET"` is a mistake in a script, not a wish for the default.
std::string not_empty(const std::string& names, const std::string& result) {
  if (result.empty()) {
    throw UsageError(
        {"", fmt::format("{} needs a value, and it is empty", names.substr(names.rfind(',') + 1)), "", {}});
  }
  return unguarded(result);
}

CLI::callback_t assign_to(const std::string& names, std::string& into) {
  return [names, &into](const CLI::results_t& results) {
    into = not_empty(names, results.back());
    return true;
  };
}

CLI::callback_t collect_in(const std::string& names, std::vector<std::string>& into) {
  return [names, &into](const CLI::results_t& results) {
    into.clear();
    for (const std::string& result : results) into.push_back(not_empty(names, result));
    return true;
  };
}

// In reverse, as CLI11 wants them. `--name=` is an empty value, not a request for the next argument.
std::vector<std::string> prepared(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  bool options_may_come = true;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--") options_may_come = false;
    if (options_may_come && argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      argument.pop_back();
      arguments.push_back(argument);
      argument.clear();
    }
    if (argument.starts_with('[') && argument.ends_with(']')) argument += list_guard;
    arguments.push_back(std::move(argument));
  }
  std::ranges::reverse(arguments);
  return arguments;
}

const CLI::App& chosen_command(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.back();
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

[[noreturn]] void reject(const CLI::App& app, std::string what,
                         const std::optional<std::string>& suggestion = std::nullopt) {
  std::string remedy = suggestion ? fmt::format("did you mean {}?", *suggestion)
                                  : fmt::format("try '{} --help'", full_name(chosen_command(app)));
  throw UsageError({"", std::move(what), std::move(remedy), {}});
}

[[noreturn]] void reject_extra(const CLI::App& app, std::string_view extra) {
  const CLI::App& command = chosen_command(app);
  if (extra.size() < 2 || extra.front() != '-') {
    const auto commands = command_names(command);
    const std::string_view what = commands.empty() ? "unexpected argument" : "unknown command";
    reject(app, fmt::format("{} {}", what, unguarded(std::string(extra))), nearest_spelling(extra, commands));
  }
  const std::string_view name = extra.substr(0, extra.find('='));
  std::optional<std::string> suggestion;
  // The nearest spelling of a single letter would be any other letter.
  if (name.starts_with("--")) suggestion = nearest_spelling(name, option_names(command));
  reject(app, fmt::format("unknown option {}", name), suggestion);
}

}  // namespace

std::unique_ptr<CLI::App> make_app(const std::string& name, const std::string& description,
                                   const std::string& examples) {
  auto app = std::make_unique<CLI::App>(description, name);
  app->formatter(std::make_shared<HelpFormatter>());
  app->set_help_flag("-h,--help", "print this help and exit");
  app->set_version_flag("--version", fmt::format("{} {}", name, version()), "print the version and exit");
  app->footer(examples);
  return app;
}

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& examples) {
  CLI::App& command = *app.add_subcommand(name, description);
  command.footer(examples);
  return command;
}

CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::string& into,
                             const std::string& placeholder, const std::string& help) {
  return add_raw(app, names, assign_to(names, into), placeholder, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::optional<std::string>& into,
                             const std::string& placeholder, const std::string& help) {
  const auto assign = [&into](const CLI::results_t& results) {
    into = unguarded(results.back());
    return true;
  };
  return add_raw(app, names, assign, placeholder, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add_repeated_option(CLI::App& app, const std::string& names, std::vector<std::string>& into,
                                 const std::string& placeholder, const std::string& help) {
  return add_raw(app, names, collect_in(names, into), placeholder, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

CLI::Option* add_flag(CLI::App& app, const std::string& names, bool& into, const std::string& help) {
  return app.add_flag(names, into, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->disable_flag_override();
}

CLI::Option* add_argument(CLI::App& app, const std::string& placeholder, std::string& into,
                          const std::string& help) {
  return add_raw(app, placeholder, assign_to(placeholder, into), placeholder, help);
}

CLI::Option* add_arguments(CLI::App& app, const std::string& placeholder, std::vector<std::string>& into,
                           const std::string& help) {
  return app.add_option(placeholder, collect_in(placeholder, into), help)
      ->type_name(placeholder)
      ->type_size(1)
      ->expected(0, CLI::detail::expected_max_vector_size)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(true);
}

void add_common_options(CLI::App& app, CommonOptions& options, CacheFlags cache_flags, JobsFlag jobs_flag) {
  add_text_option(app, "--cache-dir", options.cache_dir, "DIR",
                  "the cache's directory [PHASIC_CACHE_DIR; else ~/.phasic_cache]");
  if (cache_flags == CacheFlags::all) {
    add_text_option(app, "--cache", options.cache, "MODE",
                    "off, ro (hits only), rw, refresh (store, no hits) or verify (make anew and compare) "
                    "[PHASIC_CACHE; else rw]");
  }
  if (jobs_flag == JobsFlag::yes) {
    add_text_option(app, "-j,--jobs", options.jobs, "N",
                    "worker threads [PHASIC_JOBS, SLURM_CPUS_PER_TASK, OMP_NUM_THREADS; else all]");
  }
  add_flag(app, "-v,--verbose", options.verbose, "say on stderr what is done, as --log-level info");
  add_flag(app, "-q,--quiet", options.quiet, "only errors on stderr, as --log-level error");
  add_text_option(app, "--log-level", options.log_level, "LEVEL",
                  "off, error, warning, info or debug [PHASIC_LOG_LEVEL; else warning]");
}

std::optional<ExitCode> parse_command_line(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(prepared(argc, argv));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    print(app.help());
    return ExitCode::done;
  } catch (const CLI::CallForVersion&) {
    print(fmt::format("{}\n", app.version()));
    return ExitCode::done;
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining(true);
    if (extras.empty()) throw;
    reject_extra(app, extras.front());
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();
    const std::string_view name = what.substr(0, what.find_first_of(": "));
    if (!what.ends_with("override")) reject(app, fmt::format("{} needs a value", name));
    reject(app, fmt::format("{}{} takes no value", name.size() > 1 ? "--" : "-", name));
  } catch (const CLI::RequiredError& error) {
    // A misspelt option is why something is missing, more often than not.
    const auto extras = app.remaining(true);
    if (!extras.empty()) reject_extra(app, extras.front());
    const std::string_view what = error.what();
    if (!what.starts_with("A subcommand")) reject(app, std::string(what));
    reject(app, fmt::format("give a command: {}", fmt::join(command_names(app), ", ")));
  } catch (const CLI::Error& error) {
    reject(app, error.what());
  }
}

}  // namespace phasic
