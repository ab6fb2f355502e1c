// Pieces of messages from two members, in any order, with views in between: never more memory than
// the limit, and only whole messages.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/cluster/fragments.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole::cluster;
  constexpr std::size_t kLimit = 4096;
  FragmentAssembler assembler(kLimit);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (rest.size() >= 2) {
    const unsigned kind = static_cast<unsigned char>(rest[0]);
    const std::size_t length = static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    const std::string_view piece = rest.substr(0, length);
    rest.remove_prefix(piece.size());
    const Member sender{systole::base::NodeNumber(1 + kind % 2), 1};
    if (kind >= 250) {
      assembler.view({.members = {sender}, .joined = {sender}, .left = {}});
    } else if (kind >= 240) {
      assembler.view({.members = {}, .joined = {}, .left = {{sender, LeaveReason::kLeft}}});
    } else {
      const auto message = assembler.add(sender, piece);
      if (message.ok() && message->has_value() && (*message)->size() > kLimit) __builtin_trap();
    }
  }
  return 0;
}
