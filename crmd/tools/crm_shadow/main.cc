#include "crmd/tools/crm_shadow/crm_shadow.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_shadow::kProgram, systole::crmd::crm_shadow::run,
                                argc, argv);
}
