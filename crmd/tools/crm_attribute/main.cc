#include "crmd/tools/crm_attribute/crm_attribute.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_attribute::kProgram,
                                systole::crmd::crm_attribute::run, argc, argv);
}
