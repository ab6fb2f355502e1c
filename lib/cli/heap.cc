#include "lib/cli/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace systole::cli {

void prepare_heap_for_short_run() {
  constexpr std::uintptr_t kHugePage = std::uintptr_t{2} << 20;
  constexpr int kGrowth = 256 << 20;        // address space, not memory
  constexpr int kLargestInHeap = 32 << 20;  // the most that glibc takes
  mallopt(M_MMAP_THRESHOLD, kLargestInHeap);
  mallopt(M_TRIM_THRESHOLD, kGrowth);
  mallopt(M_TOP_PAD, kGrowth);
  const auto begin = reinterpret_cast<std::uintptr_t>(sbrk(0));
  // The first piece that does not fit makes the heap grow; the optimizer must not see that it is of
  // no other use.
  void* volatile piece = std::malloc(std::size_t{1} << 20);
  std::free(piece);
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const std::uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  // Where there are no huge pages, small ones do.
  if (first < end) (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
}

}  // namespace systole::cli
