#include "cli/options.hpp"

#include <gtest/gtest.h>

#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

using testing_support::caught_from;

/// A command line as phasic-build has it, and what it was read as.
struct Tool {
  std::unique_ptr<CLI::App> app =
      make_app("phasic-test", "Tests the command line.", "  phasic-test a.lua  # one");
  CommonOptions common;
  std::string model;
  std::vector<std::string> keys;
  std::vector<std::string> parameters;
  std::string theta = "unset";
  std::optional<std::string> reward;
  bool tsv = false;

  Tool() {
    add_argument(*app, "MODEL", model, "the model file")->required();
    add_arguments(*app, "KEY", keys, "keys and files");
    add_repeated_option(*app, "-p,--param", parameters, "NAME=VALUE", "sets a parameter");
    add_text_option(*app, "--theta", theta, "LIST", "the parameters of the rates");
    add_text_option(*app, "--reward", reward, "NAME", "a reward");
    add_flag(*app, "--tsv", tsv, "print TSV");
    add_common_options(*app, common);
  }
  std::optional<ExitCode> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "/usr/bin/phasic-test");
    return parse_command_line(*app, static_cast<int>(words.size()), words.data());
  }
};

using Words = std::vector<std::string>;

TEST(CommandLine, OptionsThatRepeatDoNotSwallowArguments) {
  Tool tool;
  EXPECT_EQ(tool.parse({"-p", "n=6", "model.lua", "-p", "m=7", "key"}), std::nullopt);
  EXPECT_EQ(tool.model, "model.lua");
  EXPECT_EQ(tool.parameters, (Words{"n=6", "m=7"}));
  EXPECT_EQ(tool.keys, (Words{"key"}));
}

TEST(CommandLine, TheLastOfATextOptionWins) {
  Tool tool;
  tool.parse({"m", "--theta", "1", "--theta=2,5"});
  EXPECT_EQ(tool.theta, "2,5");
}

TEST(CommandLine, AValueMayStartWithADash) {
  Tool tool;
  tool.parse({"m", "--theta", "-1,5", "-p-x=1"});
  EXPECT_EQ(tool.theta, "-1,5");
  EXPECT_EQ(tool.parameters, (Words{"-x=1"}));
}

TEST(CommandLine, AnEmptyValueIsAMistakeWhereItMeansNothing) {
  const std::vector<std::vector<const char*>> mistakes{
      {"--theta=", "m"}, {"--theta", "", "m"}, {"-p", "", "m"}, {""}};
  for (const auto& words : mistakes) {
    Tool tool;
    EXPECT_THROW(tool.parse(words), UsageError);
  }
  Tool tool;
  tool.parse({"--reward=", "m"});
  EXPECT_EQ(tool.reward, "");
  EXPECT_EQ(tool.model, "m");
}

TEST(CommandLine, BracketsBracesAndCommasStayAsTheyAre) {
  Tool tool;
  tool.parse({"[m]", "[a,b]", "{}", "--theta", "[2,5]", "-p", "[x]"});
  EXPECT_EQ(tool.model, "[m]");
  EXPECT_EQ(tool.keys, (Words{"[a,b]", "{}"}));
  EXPECT_EQ(tool.theta, "[2,5]");
  EXPECT_EQ(tool.parameters, (Words{"[x]"}));
}

TEST(CommandLine, ADoubleDashEndsTheOptions) {
  Tool tool;
  tool.parse({"m", "--", "--tsv", "--x="});
  EXPECT_FALSE(tool.tsv);
  EXPECT_EQ(tool.keys, (Words{"--tsv", "--x="}));
}

TEST(CommandLine, ASingleDashIsAnArgument) {
  Tool tool;
  tool.parse({"m", "-"});
  EXPECT_EQ(tool.keys, (Words{"-"}));
}

TEST(CommandLine, FlagsMayBeRepeatedAndJoined) {
  Tool tool;
  tool.parse({"m", "-v", "-vq", "--tsv", "--tsv"});
  EXPECT_TRUE(tool.common.verbose);
  EXPECT_TRUE(tool.common.quiet);
  EXPECT_TRUE(tool.tsv);
}

std::string complaint_about(std::vector<const char*> words) {
  Tool tool;
  const auto caught = caught_from([&] { tool.parse(std::move(words)); });
  EXPECT_EQ(caught.code, 2);
  return caught.line;
}

TEST(CommandLine, AnUnknownOptionNamesItsNearestSpelling) {
  EXPECT_EQ(complaint_about({"m", "--thteta", "2"}), "unknown option --thteta; did you mean --theta?");
  EXPECT_EQ(complaint_about({"m", "--parma=n=6"}), "unknown option --parma; did you mean --param?");
}

TEST(CommandLine, AnUnknownOptionLikeNoOtherPointsToHelp) {
  EXPECT_EQ(complaint_about({"m", "--frobnicate"}), "unknown option --frobnicate; try 'phasic-test --help'");
  EXPECT_EQ(complaint_about({"m", "-x"}), "unknown option -x; try 'phasic-test --help'");
}

TEST(CommandLine, AMisspeltOptionIsSaidBeforeAMissingArgument) {
  EXPECT_EQ(complaint_about({"--hlep"}), "unknown option --hlep; did you mean --help?");
}

TEST(CommandLine, AMissingValueIsSaid) {
  EXPECT_EQ(complaint_about({"m", "--theta"}), "--theta needs a value; try 'phasic-test --help'");
  EXPECT_EQ(complaint_about({"m", "-p"}), "--param needs a value; try 'phasic-test --help'");
}

TEST(CommandLine, AFlagWithAValueIsSaid) {
  EXPECT_EQ(complaint_about({"m", "--tsv=no"}), "--tsv takes no value; try 'phasic-test --help'");
}

TEST(CommandLine, AMissingArgumentIsSaid) {
  EXPECT_EQ(complaint_about({}), "MODEL is required; try 'phasic-test --help'");
}

TEST(CommandLine, HelpListsEveryOptionAndEndsWithTheExamples) {
  Tool tool;
  testing::internal::CaptureStdout();
  EXPECT_EQ(tool.parse({"--help"}), ExitCode::done);
  flush_output();
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(help.starts_with("Tests the command line.\n\nUsage: phasic-test [OPTION...] MODEL [KEY...]\n"))
      << help;
  for (const char* name :
       {"-h, --help", "--version", "-p, --param NAME=VALUE", "--theta LIST", "--tsv", "--cache-dir DIR",
        "--cache MODE", "-j, --jobs N", "-v, --verbose", "-q, --quiet", "--log-level LEVEL"}) {
    EXPECT_NE(help.find(name), std::string::npos) << name;
  }
  EXPECT_TRUE(help.ends_with("\nExamples:\n  phasic-test a.lua  # one\n")) << help;
}

TEST(CommandLine, HelpFitsEightyColumns) {
  Tool tool;
  std::istringstream lines(tool.app->help());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(CommandLine, HelpAsksForNoArgument) {
  Tool tool;
  testing::internal::CaptureStdout();
  EXPECT_EQ(tool.parse({"--version"}), ExitCode::done);
  flush_output();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "phasic-test 0.1.0\n");
}

/// As phasic-cache has it.
struct ToolWithCommands {
  std::unique_ptr<CLI::App> app = make_app("phasic-test", "Tests commands.", "");
  std::string limit;
  std::vector<std::string> keys;

  ToolWithCommands() {
    app->require_subcommand(1);
    CLI::App& prune = add_command(*app, "prune", "removes old entries", "  phasic-test prune");
    add_text_option(prune, "--max-mb", limit, "N", "the size to keep");
    add_arguments(add_command(*app, "show", "shows"), "KEY", keys, "keys");
  }
  std::string complaint_about(std::vector<const char*> words) {
    words.insert(words.begin(), "phasic-test");
    const auto caught =
        caught_from([&] { parse_command_line(*app, static_cast<int>(words.size()), words.data()); });
    EXPECT_EQ(caught.code, 2);
    return caught.line;
  }
};

TEST(Commands, AMisspeltOneNamesTheNearest) {
  EXPECT_EQ(ToolWithCommands().complaint_about({"prnue"}), "unknown command prnue; did you mean prune?");
}

TEST(Commands, AMissingOneListsThem) {
  EXPECT_EQ(ToolWithCommands().complaint_about({}), "give a command: prune, show; try 'phasic-test --help'");
}

TEST(Commands, TheirOptionsAreSuggestedAndTheirHelpIsNamed) {
  EXPECT_EQ(ToolWithCommands().complaint_about({"prune", "--max-nb", "3"}),
            "unknown option --max-nb; did you mean --max-mb?");
  EXPECT_EQ(ToolWithCommands().complaint_about({"prune", "--max-mb"}),
            "--max-mb needs a value; try 'phasic-test prune --help'");
  EXPECT_EQ(ToolWithCommands().complaint_about({"prune", "graphs"}),
            "unexpected argument graphs; try 'phasic-test prune --help'");
}

TEST(Commands, HaveHelpOfTheirOwn) {
  ToolWithCommands tool;
  const std::array<const char*, 3> words{"phasic-test", "prune", "--help"};
  testing::internal::CaptureStdout();
  EXPECT_EQ(parse_command_line(*tool.app, 3, words.data()), ExitCode::done);
  flush_output();
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(help.starts_with("removes old entries\n\nUsage: phasic-test prune [OPTION...]\n")) << help;
  EXPECT_NE(help.find("--max-mb N"), std::string::npos);
  EXPECT_TRUE(help.ends_with("  phasic-test prune\n")) << help;
}

}  // namespace
}  // namespace phasic
