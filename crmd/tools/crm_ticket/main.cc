#include "crmd/tools/crm_ticket/crm_ticket.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_ticket::kProgram, systole::crmd::crm_ticket::run,
                                argc, argv);
}
