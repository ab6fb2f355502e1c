#include "fencing/tools/options.h"
#include "fencing/tools/stonith_admin.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::fencing::kStonithAdmin, systole::fencing::stonith_admin,
                                argc, argv);
}
