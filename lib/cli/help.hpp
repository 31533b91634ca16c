// How `--help` looks: usage, arguments and options with their explanations in a column, examples at the end.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace phasic {

/// `phasic-cache prune`
std::string full_name(const CLI::App& app);

class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace phasic
