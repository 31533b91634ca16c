// Option groups that the tools share. CLI11 is used for strings only; every number is read by base/, and
// every option that takes a value takes exactly one, so that no option swallows the model's name.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit.hpp"
#include "cli/settings.hpp"

namespace phasic {

/// An app with `--help`, `--version` (`phasic-build 0.1.0`), a one-line description, and `examples` (complete
/// command lines with a comment each) at the end of the help.
std::unique_ptr<CLI::App> make_app(const std::string& name, const std::string& description,
                                   const std::string& examples);
/// A command of an app (`phasic-cache prune`), with examples of its own.
CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description,
                      const std::string& examples = "");

/// Adds an option that takes one text; given twice, the last wins.
CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::string& into,
                             const std::string& placeholder, const std::string& help);
/// The same for an option whose empty value means something.
CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::optional<std::string>& into,
                             const std::string& placeholder, const std::string& help);
/// Adds an option that takes one text and may be repeated, in order.
CLI::Option* add_repeated_option(CLI::App& app, const std::string& names, std::vector<std::string>& into,
                                 const std::string& placeholder, const std::string& help);
/// Adds an option without a value; giving it twice changes nothing.
CLI::Option* add_flag(CLI::App& app, const std::string& names, bool& into, const std::string& help);
/// Adds an argument (`MODEL`), or any number of them.
CLI::Option* add_argument(CLI::App& app, const std::string& placeholder, std::string& into,
                          const std::string& help);
CLI::Option* add_arguments(CLI::App& app, const std::string& placeholder, std::vector<std::string>& into,
                           const std::string& help);

enum class CacheFlags { all, directory_only };  ///< phasic-cache ignores the mode
enum class JobsFlag { yes, no };
void add_common_options(CLI::App& app, CommonOptions& options, CacheFlags cache_flags = CacheFlags::all,
                        JobsFlag jobs_flag = JobsFlag::yes);

/// Parses argv. Prints help or version and returns an exit code where one was asked for.
/// Throws UsageError for what CLI11 refuses, naming the nearest option or command of a misspelt one.
std::optional<ExitCode> parse_command_line(CLI::App& app, int argc, const char* const* argv);

}  // namespace phasic
