#include "lib/cli/tool.h"
#include "policy/rule_tool/rule_tool.h"

int main(int argc, char** argv) {
  namespace tool = systole::policy::rule_tool;
  return systole::cli::run_tool(tool::kRuleProgram, tool::run_rule, argc, argv);
}
