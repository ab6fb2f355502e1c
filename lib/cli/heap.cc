#include "lib/cli/heap.h"

#include <malloc.h>

#include <utility>
#include <vector>

namespace systole::cli {

void prepare_heap_for_short_run() {
  constexpr int kGrowth = 256 << 20;        // address space, not memory
  constexpr int kLargestInHeap = 32 << 20;  // the most that glibc takes
  mallopt(M_MMAP_THRESHOLD, kLargestInHeap);
  mallopt(M_TRIM_THRESHOLD, kGrowth);
  mallopt(M_TOP_PAD, kGrowth);
  // A second thread, which checks the schema meanwhile, has a heap of its own: with one for both
  // they wait for each other's locks.
  mallopt(M_ARENA_MAX, 2);
}

void keep_until_exit(std::shared_ptr<const void> thing) {
  // Never destroyed, but found by whoever looks for leaks.
  static auto& kept = *new std::vector<std::shared_ptr<const void>>();
  kept.push_back(std::move(thing));
}

}  // namespace systole::cli
