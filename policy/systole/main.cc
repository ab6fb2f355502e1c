#include "policy/systole/command.h"

int main(int argc, char** argv) {
  return systole::policy::run_systole(argc, argv);
}
