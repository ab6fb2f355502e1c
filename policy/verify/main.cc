#include "policy/verify/verify.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::policy::verify::kProgram, systole::policy::verify::run,
                                argc, argv);
}
