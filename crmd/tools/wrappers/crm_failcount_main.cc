#include "crmd/tools/wrappers/crm_failcount.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_failcount::kProgram,
                                systole::crmd::crm_failcount::run, argc, argv);
}
