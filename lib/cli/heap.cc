#include "lib/cli/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace systole::cli {

void prepare_heap_for_short_run() {
  constexpr std::size_t kHugePage = std::size_t{2} << 20;
  constexpr int kGrowth = 256 << 20;        // address space, not memory
  constexpr int kLargestInHeap = 32 << 20;  // the most that glibc takes
  mallopt(M_MMAP_THRESHOLD, kLargestInHeap);
  mallopt(M_TRIM_THRESHOLD, kGrowth);
  mallopt(M_TOP_PAD, kGrowth);
  // A second thread, which checks the schema meanwhile, has a heap of its own: with one for both
  // they wait for each other's locks, and that costs more than its small pages.
  mallopt(M_ARENA_MAX, 2);
  const auto* const begin = static_cast<char*>(sbrk(0));
  // The first piece that does not fit makes the heap grow; the optimizer must not see that it is of
  // no other use.
  void* volatile piece = std::malloc(std::size_t{1} << 20);
  std::free(piece);
  auto* const end = static_cast<char*>(sbrk(0));
  const std::size_t past_page = reinterpret_cast<std::uintptr_t>(begin) % kHugePage;
  const std::size_t skipped = (kHugePage - past_page) % kHugePage;
  const auto grown = static_cast<std::size_t>(end - begin);
  // Where there are no huge pages, small ones do.
  if (skipped < grown) (void)madvise(end - (grown - skipped), grown - skipped, MADV_HUGEPAGE);
}

void keep_until_exit(std::shared_ptr<const void> thing) {
  // Never destroyed, but found by whoever looks for leaks.
  static auto& kept = *new std::vector<std::shared_ptr<const void>>();
  kept.push_back(std::move(thing));
}

}  // namespace systole::cli
