#include "policy/systole/command.h"

#include <algorithm>
#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "policy/systole/explain.h"

namespace systole::policy {

namespace {

constexpr cli::Program kProgram{
    .name = "systole",
    .summary = "systole - ask the cluster why, and what would be",
    .groups = {},
    .usage_tail = "COMMAND [ARGUMENT…]",
    .formats = {},
};

std::string help() {
  std::size_t width = 0;
  for (const Command& command : commands()) width = std::max(width, command.name.size());
  std::string out = base::cat("Usage:\n  ", kProgram.name, " ", kProgram.usage_tail, "\n\n",
                              kProgram.summary, "\n\nCommands:\n");
  for (const Command& command : commands()) {
    const std::string_view summary = command.program.summary;
    const std::size_t dash = summary.find(" - ");
    out += base::cat("  ", command.name, std::string(width - command.name.size() + 4, ' '),
                     dash == std::string_view::npos ? summary : summary.substr(dash + 3), "\n");
  }
  return out + "\n'systole COMMAND --help' tells more about a command.\n";
}

cli::ExitCode answer_for_all(const cli::CommandLine& line, cli::Output& output) {
  if (line.arguments.empty()) {
    output.raw(help());
    return cli::ExitCode::kUsage;
  }
  output.error(base::cat("systole: there is no command '", line.arguments.front(),
                         "'; systole --help lists them"));
  return cli::ExitCode::kUsage;
}

}  // namespace

std::span<const Command> commands() {
  static const Command kCommands[] = {
      {"explain", kExplainProgram, run_explain},
  };
  return kCommands;
}

int run_systole(int argc, char** argv) {
  const std::string_view word = argc > 1 ? argv[1] : "";
  for (const Command& command : commands()) {
    if (command.name != word) continue;
    std::string name(command.program.name);
    std::vector<char*> words = {name.data()};
    words.insert(words.end(), argv + 2, argv + argc);
    words.push_back(nullptr);
    return cli::run_tool(command.program, command.body, argc - 1, words.data());
  }
  if (word == "--help" || word == "-h" || word == "-?" || word == "help") {
    cli::Output::to_stream(stdout).raw(help());
    return 0;
  }
  return cli::run_tool(kProgram, answer_for_all, argc, argv);
}

}  // namespace systole::policy
