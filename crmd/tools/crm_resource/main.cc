#include "crmd/tools/crm_resource/crm_resource.h"
#include "crmd/tools/crm_resource/options.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::crm_resource::kProgram,
                                systole::crmd::crm_resource::run, argc, argv);
}
