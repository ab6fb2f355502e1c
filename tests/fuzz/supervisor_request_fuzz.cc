// Text of a client of the supervisor: a request or an error, and an answer that is a message again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crmd/supervisor/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole::supervisor;
  const auto request =
      parse_client_request(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!request.ok()) return 0;
  if (!parse_client_request(make_ping_reply(*request, Phase::kRunning, 1)).ok()) __builtin_trap();
  if (!parse_client_request(make_quit_reply(*request, true)).ok()) __builtin_trap();
  return 0;
}
