#include "lib/cli/tool.h"
#include "policy/rule_tool/dates.h"

int main(int argc, char** argv) {
  namespace tool = systole::policy::rule_tool;
  return systole::cli::run_tool(tool::kDatesProgram, tool::run_dates, argc, argv);
}
