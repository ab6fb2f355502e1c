#include "lib/cli/heap.h"
#include "lib/xml/library.h"
#include "policy/tool/simulate.h"

int main(int argc, char** argv) {
  systole::cli::prepare_heap_for_short_run();
  systole::xml::allocate_with({systole::cli::allocate_populated, systole::cli::resize_populated});
  return systole::cli::run_tool(systole::policy::tool::kProgram, systole::policy::tool::run, argc,
                                argv);
}
