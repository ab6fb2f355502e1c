#include "crmd/tools/crm_error/crm_error.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_error::kProgram, systole::crmd::crm_error::run,
                                argc, argv);
}
