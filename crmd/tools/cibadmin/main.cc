#include "crmd/tools/cibadmin/cibadmin.h"
#include "crmd/tools/cibadmin/options.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::cibadmin::kProgram, systole::crmd::cibadmin::run,
                                argc, argv);
}
