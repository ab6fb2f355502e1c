// Pieces of messages from two members, in any order, with views and rings in between: never more
// memory than the limit, and only whole messages.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cluster/fragments.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole::cluster;
  constexpr std::size_t kLimit = 4096;
  FragmentAssembler assembler(kLimit);
  assembler.ring_changed({.node = 252, .sequence = 1});
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (rest.size() >= 2) {
    const unsigned kind = static_cast<unsigned char>(rest[0]);
    const std::size_t length = static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    const std::string_view piece = rest.substr(0, length);
    rest.remove_prefix(piece.size());
    const Member sender{systole::base::NodeNumber(1 + kind % 2), 1};
    if (kind >= 252) {
      assembler.ring_changed({.node = kind, .sequence = 1});
    } else if (kind >= 248) {
      assembler.view({.members = {sender}, .joined = {sender}, .left = {}});
    } else if (kind >= 240) {
      assembler.view({.members = {}, .joined = {}, .left = {{sender, LeaveReason::kLeft}}});
    } else {
      const auto messages = assembler.add(sender, piece);
      for (const auto& message : messages ? *messages : std::vector<std::string>()) {
        if (message.size() > std::max(kLimit, length)) __builtin_trap();
      }
    }
  }
  return 0;
}
