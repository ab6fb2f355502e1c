// Allocation of small C++ objects for programs that allocate much and end soon: linked into one (as
// lib_cli_short_run) it replaces the global operators. Objects have no headers and come one behind
// the other, freed ones are used again for their size, and nothing is ever given back. A large plan
// is made of a million of them; with malloc they take a tenth of its time more.
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "lib/cli/heap.h"

namespace {

constexpr std::size_t kUnit = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
constexpr std::size_t kLargest = 512;  // what is larger is rare, and left to malloc
constexpr std::size_t kBlock = std::size_t{128} << 10;
constexpr std::size_t kReserved = std::size_t{16} << 30;  // address space, not memory

/// Addresses for small objects. Empty where the system does not give that many.
struct Region {
  Region() {
    void* const got = mmap(nullptr, kReserved, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED) return;
    begin = static_cast<std::byte*>(got);
  }
  std::byte* begin = nullptr;
  std::atomic<std::size_t> used = 0;
};

Region& region() {
  static Region only;
  return only;
}

struct FreeObject {
  FreeObject* next;
};

/// A thread's small objects: a list of free ones for each size, and what is left of its block.
struct Pool {
  std::array<FreeObject*, kLargest / kUnit + 1> free{};
  std::byte* at = nullptr;
  std::size_t left = 0;
};
thread_local constinit Pool pool;

void* large(std::size_t size) {
  void* const got = systole::cli::allocate_populated(size);
  if (got == nullptr) throw std::bad_alloc();
  return got;
}

void* from_new_block(std::size_t size) {
  Region& all = region();
  if (all.begin == nullptr) return large(size);
  const std::size_t place = all.used.fetch_add(kBlock);
  if (place + kBlock > kReserved) return large(size);
  std::byte* const block = all.begin + place;
  // All its pages at once; systems that cannot do that give them one by one.
  (void)madvise(block, kBlock, MADV_POPULATE_WRITE);
  pool.at = block + size;
  pool.left = kBlock - size;
  return block;
}

bool is_pooled(const void* object) {
  const Region& all = region();
  const auto offset =
      reinterpret_cast<std::uintptr_t>(object) - reinterpret_cast<std::uintptr_t>(all.begin);
  return all.begin != nullptr && offset < kReserved;
}

}  // namespace

void* operator new(std::size_t size) {
  if (size > kLargest) return large(size);
  const std::size_t units = (size + kUnit - 1) / kUnit + (size == 0 ? 1 : 0);
  if (FreeObject* const known = pool.free[units]; known != nullptr) {
    pool.free[units] = known->next;
    return known;
  }
  size = units * kUnit;
  if (pool.left < size) return from_new_block(size);
  std::byte* const object = pool.at;
  pool.at += size;
  pool.left -= size;
  return object;
}

// Of what is deleted without its size, which is little, pooled objects are not used again.
void operator delete(void* object) noexcept {
  if (!is_pooled(object)) std::free(object);
}

void operator delete(void* object, std::size_t size) noexcept {
  if (object == nullptr) return;
  if (size > kLargest || !is_pooled(object)) return std::free(object);
  const std::size_t units = (size + kUnit - 1) / kUnit + (size == 0 ? 1 : 0);
  pool.free[units] = new (object) FreeObject{pool.free[units]};
}

void* operator new[](std::size_t size) {
  return large(size);
}
void operator delete[](void* object) noexcept {
  std::free(object);
}
void operator delete[](void* object, std::size_t) noexcept {
  std::free(object);
}
