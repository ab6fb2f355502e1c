#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "lib/cli/command_line.h"
#include "lib/cli/output.h"
#include "lib/cli/tool.h"

namespace systole::policy {

/// What a tool printed and how it ended.
struct ToolRun {
  int code = 0;
  std::string out;
  std::string err;
};

/// Runs the tool `program` as its main would, with `arguments` after its name.
inline ToolRun run_tool(const cli::Program& program, cli::ToolBody body,
                        std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::string(program.name));
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  ToolRun run;
  run.code = cli::run_tool(program, body, static_cast<int>(argv.size()), argv.data());
  run.out = testing::internal::GetCapturedStdout();
  run.err = testing::internal::GetCapturedStderr();
  return run;
}

}  // namespace systole::policy
