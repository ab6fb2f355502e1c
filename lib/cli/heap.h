#pragma once

namespace systole::cli {

/// For programs that allocate much and end soon; called first in `main`. What is freed is kept for
/// the next use instead of being given back, and the heap is made of huge pages where the system
/// allows it: a page fault for each four kilobytes is a third of the time of a large plan.
void prepare_heap_for_short_run();

}  // namespace systole::cli
