#include "lib/cli/command_line.h"

#include <gtest/gtest.h>

#include <array>

#include "lib/cli/help.h"

namespace systole::cli {
namespace {

enum Ids { kName = 1, kNode, kUpdate, kDelete, kPromotion, kOld };

constexpr std::array kCommands = {
    Option{kUpdate, "update", 'v', Argument::kRequired, "VALUE", "Set it"},
    Option{kDelete, "delete", 'D', Argument::kNone, "", "Remove it\nfor good"},
    Option{kPromotion, "promotion", 'p', Argument::kOptional, "RSC", "Promotion score"},
    Option{kUpdate, "attr-value", 0, Argument::kRequired, "", "", true},
};
constexpr std::array kPlain = {
    Option{kName, "name", 'n', Argument::kRequired, "NAME", "Which"},
    Option{kNode, "node", 'N', Argument::kRequired, "NODE", "Where"},
};
constexpr std::array kGroups = {
    OptionGroup{"command", "Commands:", "Show commands", kCommands},
    OptionGroup{"", "", "", kPlain},
};
constexpr Program kProgram = {.name = "tool", .summary = "tool - does", .groups = kGroups};
constexpr Program kFlatProgram = {
    .name = "tool", .summary = "tool - does", .groups = kGroups, .style = Style::kFlat};

base::Result<CommandLine> parse(std::vector<std::string> words, const Program& p = kProgram) {
  words.insert(words.begin(), "tool");
  return parse_command_line(p, words);
}

std::string error_of(std::vector<std::string> words, const Program& p = kProgram) {
  const auto result = parse(std::move(words), p);
  return result ? "" : result.error().message;
}

TEST(CommandLine, TakesValuesInEverySpelling) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-n", "x"}, {"-nx"}, {"--name", "x"}, {"--name=x"}}) {
    const auto line = parse(words);
    ASSERT_TRUE(line.ok());
    EXPECT_EQ(line->value(kName), "x");
  }
}

TEST(CommandLine, KeepsTheOrderOfOptions) {
  const auto line = parse({"-D", "-v", "1", "--delete"});
  ASSERT_TRUE(line.ok());
  ASSERT_EQ(line->options.size(), 3u);
  EXPECT_EQ(line->options[0].id, kDelete);
  EXPECT_EQ(line->options[1].id, kUpdate);
  EXPECT_EQ(line->options[2].id, kDelete);
}

TEST(CommandLine, TakesNegativeNumbersAsValues) {
  EXPECT_EQ(parse({"-v", "-1"})->value(kUpdate), "-1");
  EXPECT_EQ(parse({"-v-1"})->value(kUpdate), "-1");
  EXPECT_EQ(parse({"-v", "-INFINITY"})->value(kUpdate), "-INFINITY");
}

TEST(CommandLine, SplitsBundledLetters) {
  const auto line = parse({"-VDVn", "x"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->verbosity, 2);
  EXPECT_TRUE(line->has(kDelete));
  EXPECT_EQ(line->value(kName), "x");
}

TEST(CommandLine, OptionalValueDoesNotSwallowAnOption) {
  const auto line = parse({"-p", "-D"});
  ASSERT_TRUE(line.ok());
  EXPECT_TRUE(line->has(kPromotion));
  EXPECT_EQ(line->value(kPromotion), std::nullopt);
  EXPECT_TRUE(line->has(kDelete));
  EXPECT_EQ(parse({"-p", "rsc"})->value(kPromotion), "rsc");
  EXPECT_EQ(parse({"--promotion=rsc"})->value(kPromotion), "rsc");
}

TEST(CommandLine, NamesTheOptionThatIsWrong) {
  EXPECT_EQ(error_of({"--bogus"}), "Unknown option --bogus");
  EXPECT_EQ(error_of({"-Dz"}), "Unknown option -z");
  EXPECT_EQ(error_of({"--nam=x"}), "Unknown option --nam=x");
  EXPECT_EQ(error_of({"-n"}), "Missing argument for -n");
  EXPECT_EQ(error_of({"--name"}), "Missing argument for --name");
}

TEST(CommandLine, FlatStyleAbbreviatesAndComplainsAsGetoptDoes) {
  EXPECT_TRUE(parse({"--del"}, kFlatProgram)->has(kDelete));
  EXPECT_EQ(error_of({"--n"}, kFlatProgram), "option '--n' is ambiguous");
  EXPECT_EQ(error_of({"--bogus"}, kFlatProgram), "unrecognized option '--bogus'");
  EXPECT_EQ(error_of({"-n"}, kFlatProgram), "option requires an argument -- 'n'");
  EXPECT_EQ(error_of({"-z"}, kFlatProgram), "invalid option -- 'z'");
}

TEST(CommandLine, CollectsWordsAndStopsAtTheDoubleDash) {
  const auto line = parse({"a", "-D", "b", "--", "-n"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->arguments, (std::vector<std::string>{"a", "b", "-n"}));
  EXPECT_EQ(line->request, "tool a -D b -- -n");
}

TEST(CommandLine, HelpEndsParsing) {
  EXPECT_EQ(parse({"--help", "--bogus"})->help, "");
  EXPECT_EQ(parse({"-h"})->help, "");
  EXPECT_EQ(parse({"-?"})->help, "");
  EXPECT_EQ(parse({"--help-all"})->help, "all");
  EXPECT_EQ(parse({"--help-command"})->help, "command");
  EXPECT_EQ(error_of({"--help-nothing"}), "Unknown option --help-nothing");
}

TEST(CommandLine, HiddenSpellingsWorkButAreNotShown) {
  EXPECT_EQ(parse({"--attr-value=3"})->value(kUpdate), "3");
  EXPECT_EQ(help_text(kProgram, "all").find("attr-value"), std::string::npos);
}

TEST(CommandLine, ReadsOutputOptions) {
  const auto line = parse({"--output-as", "xml", "--output-to=f"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->output_format, "xml");
  EXPECT_EQ(line->output_destination, "f");
  constexpr Program kNoOutput = {
      .name = "tool", .summary = "tool - does", .groups = kGroups, .formats = ""};
  EXPECT_EQ(error_of({"--output-as=xml"}, kNoOutput), "Unknown option --output-as=xml");
}

TEST(Help, AlignsAllSectionsInOneColumn) {
  EXPECT_EQ(help_text(kProgram, "command"),
            "Usage:\n"
            "  tool [OPTION…]\n"
            "\n"
            "tool - does\n"
            "\n"
            "Commands:\n"
            "  -v, --update=VALUE      Set it\n"
            "  -D, --delete            Remove it\n"
            "                          for good\n"
            "  -p, --promotion=RSC     Promotion score\n"
            "\n");
}

TEST(Help, ShortHelpNamesTheGroupsAndShowsTheApplicationsOptions) {
  const std::string text = help_text(kProgram, "");
  EXPECT_NE(text.find("  --help-command          Show commands\n"), std::string::npos);
  EXPECT_NE(text.find("  -n, --name=NAME         Which\n"), std::string::npos);
  EXPECT_EQ(text.find("--delete"), std::string::npos);
}

}  // namespace
}  // namespace systole::cli
