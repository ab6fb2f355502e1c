#include "lib/cli/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace systole::cli {
namespace {

constexpr int kGrowth = 256 << 20;                          // address space, not memory
constexpr std::uintptr_t kUnit = std::uintptr_t{64} << 10;  // a multiple of any page

/// The part of the heap in which pages are given before they are touched: begins where the heap
/// does, and as large as it grows at first. Empty before prepare_heap_for_short_run().
struct PopulatedHeap {
  std::uintptr_t begin = 0;
  std::atomic<std::uintptr_t> end = 0;  ///< of the pages that were given

  /// Called with all that is allocated. Where there is none of the heap left, or the system cannot
  /// give pages so, they come one by one.
  void use(std::uintptr_t memory, std::size_t size) {
    constexpr std::uintptr_t kAhead = std::uintptr_t{256} << 10;
    const std::uintptr_t last = memory + size;
    const std::uintptr_t given = end.load(std::memory_order_relaxed);
    if (last <= given || last - begin > kGrowth) return;
    const std::uintptr_t wanted = (last + kAhead) / kUnit * kUnit;
    end.store(wanted, std::memory_order_relaxed);
    (void)madvise(reinterpret_cast<void*>(given), wanted - given, MADV_POPULATE_WRITE);
  }
};
PopulatedHeap populated_heap;

}  // namespace

void prepare_heap_for_short_run() {
  constexpr int kLargestInHeap = 32 << 20;  // the most that glibc takes
  mallopt(M_MMAP_THRESHOLD, kLargestInHeap);
  mallopt(M_TRIM_THRESHOLD, kGrowth);
  mallopt(M_TOP_PAD, kGrowth);
  // A second thread, which checks the schema meanwhile, has a heap of its own: with one for both
  // they wait for each other's locks.
  mallopt(M_ARENA_MAX, 2);
  populated_heap.begin = (reinterpret_cast<std::uintptr_t>(sbrk(0)) + kUnit - 1) / kUnit * kUnit;
  populated_heap.end = populated_heap.begin;
}

void* allocate_populated(std::size_t size) {
  void* const memory = std::malloc(size);
  populated_heap.use(reinterpret_cast<std::uintptr_t>(memory), size);
  return memory;
}

void* resize_populated(void* memory, std::size_t size) {
  void* const resized = std::realloc(memory, size);
  populated_heap.use(reinterpret_cast<std::uintptr_t>(resized), size);
  return resized;
}

void keep_until_exit(std::shared_ptr<const void> thing) {
  // Never destroyed, but found by whoever looks for leaks.
  static auto& kept = *new std::vector<std::shared_ptr<const void>>();
  kept.push_back(std::move(thing));
}

}  // namespace systole::cli
