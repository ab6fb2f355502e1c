#include "crmd/tools/crm_node/crm_node.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_node::kProgram, systole::crmd::crm_node::run,
                                argc, argv);
}
