#include "cli/help.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace phasic {

namespace {

constexpr std::size_t explanation_column = 26;
constexpr std::size_t page_width = 80;

// An entry's name, then its explanation, wrapped, in the column to the right.
std::string entry(const std::string& name, std::string_view explanation) {
  std::string text = "  " + name;
  std::size_t column = text.size();
  if (column + 2 > explanation_column) {
    text += '\n';
    column = 0;
  }
  text.append(explanation_column - column, ' ');
  column = explanation_column;
  while (!explanation.empty()) {
    const std::size_t end = std::min(explanation.find(' '), explanation.size());
    const bool starts_line = column == explanation_column;
    if (!starts_line && column + 1 + end > page_width) {
      text += '\n' + std::string(explanation_column, ' ');
      column = explanation_column;
    } else if (!starts_line) {
      text += ' ';
      ++column;
    }
    text += explanation.substr(0, end);
    column += end;
    explanation.remove_prefix(std::min(end + 1, explanation.size()));
  }
  return text + '\n';
}

bool takes_value(const CLI::Option& option) {
  return option.get_expected_max() > 0;
}

// `-j, --jobs N`
std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) names += (names.empty() ? "    --" : ", --") + name;
  return takes_value(option) ? names + ' ' + option.get_type_name() : names;
}

std::string usage(const CLI::App& app) {
  std::string line = "Usage: " + full_name(app) + " [OPTION...]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_type_name();
    const std::string repeated = option->get_allow_extra_args() ? name + "..." : name;
    line += option->get_required() ? ' ' + repeated : " [" + repeated + ']';
  }
  if (!app.get_subcommands(nullptr).empty()) line += " COMMAND";
  return line + '\n';
}

std::string section(const std::string& title, const std::string& entries) {
  return entries.empty() ? "" : '\n' + title + ":\n" + entries;
}

}  // namespace

std::string full_name(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent) + ' ' + app.get_name();
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string /*name*/,
                                     CLI::AppFormatMode /*mode*/) const {
  std::string commands;
  for (const CLI::App* command : app->get_subcommands(nullptr)) {
    commands += entry(command->get_name(), command->get_description());
  }
  std::string arguments;
  std::string options;
  std::vector<std::pair<std::string, std::string>> groups;  // in the order in which they are first used
  for (const CLI::Option* option : app->get_options()) {
    if (option->get_positional()) {
      arguments += entry(option->get_type_name(), option->get_description());
      continue;
    }
    const std::string text = entry(names_of(*option), option->get_description());
    if (option->get_group() == "Options") {
      options += text;
      continue;
    }
    auto group = std::ranges::find(groups, option->get_group(), [](const auto& g) { return g.first; });
    if (group == groups.end()) group = groups.emplace(groups.end(), option->get_group(), "");
    group->second += text;
  }
  std::string grouped;
  for (const auto& [title, entries] : groups) grouped += section(title, entries);
  const std::string footer = app->get_footer();
  return app->get_description() + "\n\n" + usage(*app) + section("Commands", commands) +
         section("Arguments", arguments) + grouped +
         section(grouped.empty() ? "Options" : "Other options", options) +
         (footer.empty() ? "" : "\nExamples:\n" + footer + '\n');
}

}  // namespace phasic
