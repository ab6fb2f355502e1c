#pragma once

#include <cstddef>
#include <memory>

namespace systole::cli {

/// For programs that allocate much and end soon; called first in `main`. What is freed is kept for
/// the next use instead of being given back. The heap is not made of huge pages, though they take
/// fewer page faults: a virtual machine gives free ones back to its host, which makes the first use
/// of each take milliseconds, while there are nearly always small ones that were used lately.
void prepare_heap_for_short_run();

/// malloc and realloc, which after prepare_heap_for_short_run() have the pages that they are about
/// to use given to them many at a time: page by page, to get memory takes half as long again.
void* allocate_populated(std::size_t size);
void* resize_populated(void* memory, std::size_t size);

/// Keeps what is handed over until the process ends, which then does not free it: to take a large
/// plan apart, piece by piece, takes a tenth of the time in which it is made.
void keep_until_exit(std::shared_ptr<const void> thing);

}  // namespace systole::cli
