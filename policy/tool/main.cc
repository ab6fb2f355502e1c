#include "policy/tool/simulate.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::policy::tool::kProgram, systole::policy::tool::run, argc,
                                argv);
}
