#include "crmd/tools/attrd_updater/attrd_updater.h"

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::crmd::attrd_updater::kProgram,
                                systole::crmd::attrd_updater::run, argc, argv);
}
