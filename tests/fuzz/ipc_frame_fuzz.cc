// Bytes of a client: whatever they are, parse_frame() answers with a message or an error.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "lib/ipc/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace systole::ipc;
  std::string frame(reinterpret_cast<const char*>(data), size);
  (void)parse_frame(frame).ok();
  // Most inputs fail at the first check; with a size that fits, the rest is reached too.
  if (frame.size() < kFrameHeaderSize) return 0;
  const auto total = static_cast<std::int32_t>(frame.size());
  std::memcpy(frame.data() + 8, &total, sizeof total);
  frame[36] = 1;
  const auto message = parse_frame(frame);
  if (!message.ok()) return 0;
  // What was read can be written and read again.
  const auto payload = make_payload(message->text, default_buffer_size());
  if (!payload.ok()) __builtin_trap();
  const auto again =
      parse_frame(make_header(message->id, message->flags, *payload) + *payload->bytes);
  if (!again.ok() || again->text != message->text) __builtin_trap();
  return 0;
}
