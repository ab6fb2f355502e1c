#include "crmd/tools/crmadmin/crmadmin.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crmadmin::kProgram, systole::crmd::crmadmin::run,
                                argc, argv);
}
