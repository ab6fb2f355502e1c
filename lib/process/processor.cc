#include "lib/process/processor.h"

#include <sched.h>

namespace systole::process {

int current_processor() {
  return sched_getcpu();
}

void leave_processor(int processor) {
  cpu_set_t allowed;
  // A machine with more processors than the set holds has room for another thread anyway.
  if (processor < 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  cpu_set_t others = allowed;
  CPU_CLR(static_cast<unsigned>(processor), &others);
  if (CPU_COUNT(&others) == 0) return;
  (void)sched_setaffinity(0, sizeof others, &others);
  (void)sched_setaffinity(0, sizeof allowed, &allowed);
}

}  // namespace systole::process
