#include "crmd/tools/wrappers/crm_standby.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_standby::kProgram,
                                systole::crmd::crm_standby::run, argc, argv);
}
