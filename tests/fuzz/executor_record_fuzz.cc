// What a killed executor leaves behind: a record is read as what it was written from, or not at
// all.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agents/executor/shell/journal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole::executor;
  const auto record = decode(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!record) return 0;
  const auto again = decode(encode(*record));
  if (!again || !(*again == *record)) __builtin_trap();
  return 0;
}
