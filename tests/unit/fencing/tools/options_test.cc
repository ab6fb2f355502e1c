#include "fencing/tools/options.h"

#include <gtest/gtest.h>

#include "lib/cli/help.h"

namespace systole::fencing {
namespace {

base::Result<StonithRequest> read(std::vector<std::string> words) {
  words.insert(words.begin(), "stonith_admin");
  const auto line = cli::parse_command_line(kStonithAdmin, words);
  if (!line) return line.error();
  return read_request(*line);
}

TEST(Options, TakesTheLastCommand) {
  const auto request = read({"-B", "n1", "-F", "n2"});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->command, Command::kFence);
  EXPECT_EQ(request->subject, "n2");
}

TEST(Options, ReadsWhatFenceHandlersCall) {
  const auto request = read({"--tolerance", "5s", "--tag", "drbd", "--fence", "peer"});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->tolerance, std::chrono::seconds(5));
  EXPECT_EQ(request->tag, "drbd");
  EXPECT_EQ(request->timeout, std::chrono::seconds(120));
}

TEST(Options, ReadsParametersAndDevices) {
  const auto request = read({"-R", "f", "-a", "fence_x", "-o", "a=b=c", "-v", "d1", "-v", "d2"});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->parameters.at("a"), "b=c");
  EXPECT_EQ(request->devices.size(), 2u);
}

TEST(Options, LettersHAndHistoryAreDifferentCommands) {
  EXPECT_EQ(read({"-h", "n1"})->command, Command::kLast);
  EXPECT_EQ(read({"-H", "*"})->command, Command::kHistory);
}

TEST(Options, RefusesValuesThatMeanNothing) {
  EXPECT_EQ(read({"-t", "abc", "-L"}).error().message, "Cannot parse integer value “abc” for -t");
  EXPECT_FALSE(read({"-o", "novalue", "-L"}).ok());
  EXPECT_FALSE(read({"-e", "surely_not_set", "-L"}).ok());
  EXPECT_FALSE(read({"--tolerance", "soon", "-L"}).ok());
}

TEST(Options, HelpNamesWhatClientsLookFor) {
  const std::string help = cli::help_text(kStonithAdmin, "all");
  for (const char* option : {"--history", "--broadcast", "--cleanup", "--validate", "-?, --help"}) {
    EXPECT_NE(help.find(option), std::string::npos) << option;
  }
}

}  // namespace
}  // namespace systole::fencing
