#include "crmd/tools/wrappers/crm_master.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_master::kProgram, systole::crmd::crm_master::run,
                                argc, argv);
}
