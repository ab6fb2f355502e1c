#pragma once

#include <cstddef>

namespace systole::xml {

/// Takes the place of malloc and realloc; free() gives back what it returns.
struct Allocation {
  void* (*allocate)(std::size_t size);
  void* (*resize)(void* memory, std::size_t size);
};

/// Lets libxml2 take its memory so. Called before there are documents and other threads.
void allocate_with(const Allocation& allocation);

/// Prepares libxml2 once in the process and silences its printing. Every entry point calls it.
void prepare_library();

}  // namespace systole::xml
