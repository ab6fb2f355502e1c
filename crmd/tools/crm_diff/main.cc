#include "crmd/tools/crm_diff/crm_diff.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_diff::kProgram, systole::crmd::crm_diff::run,
                                argc, argv);
}
