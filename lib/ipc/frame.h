#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::ipc {

using base::Errc;
using base::Error;
using base::Result;

/// Bits of a frame's flag word.
enum FrameFlag : std::uint32_t {
  kCompressed = 0x1,         ///< the body is a bzip2 stream
  kProxied = 0x100,          ///< the client's connection is forwarded from a remote node
  kExpectsResponse = 0x200,  ///< the client waits on the response channel
  kEvent = 0x10000,          ///< the message came uninvited, on the event channel
  kServerFree = 0x20000,     ///< informative; set by daemons of this protocol on answers
};

/// The 40 bytes before every body, in host byte order: libqb's own header (id, size, error, each in
/// eight bytes), then the sizes, flags and version of this protocol.
inline constexpr std::size_t kFrameHeaderSize = 40;
inline constexpr std::uint8_t kFrameVersion = 1;

/// From this size of header and text on a sender compresses; also the size that servers enforce
/// for a connection's buffers. The environment variable PCMK_ipc_buffer can raise it.
std::size_t default_buffer_size();

/// The largest buffers that servers give to a client that asks for them.
inline constexpr std::size_t kBufferSizeMax = std::size_t{16} << 20;

/// The largest text that a receiver unpacks, however small its compressed form is.
inline constexpr std::size_t kTextSizeMax = std::size_t{64} << 20;

/// One message as received.
struct Message {
  std::int32_t id = 0;
  std::uint32_t flags = 0;
  std::string text;  ///< XML, without the final NUL

  bool expects_response() const { return (flags & kExpectsResponse) != 0; }
};

/// A body ready to be sent, shared by all receivers of the same message.
struct Payload {
  std::shared_ptr<const std::string> bytes;  ///< the text with its NUL, or the bzip2 stream of it
  std::uint32_t size_uncompressed = 0;
  std::uint32_t size_compressed = 0;  ///< 0 when not compressed

  std::size_t frame_size() const { return kFrameHeaderSize + bytes->size(); }
};

/// Prepares `text` to be sent; compresses it when header and text reach `compress_from` bytes.
/// kInvalidArgument when it holds a NUL, kTooLarge over kTextSizeMax.
Result<Payload> make_payload(std::string_view text, std::size_t compress_from);

/// The header that goes before `payload`.
std::string make_header(std::int32_t id, std::uint32_t flags, const Payload& payload);

/// Reads one complete frame. Whatever the bytes are, the answer is a message or an error: kVersion
/// for a newer protocol, kTooLarge for a text over kTextSizeMax, kProtocol for anything that is no
/// frame (sizes that do not fit each other, a missing or early NUL, a broken bzip2 stream).
Result<Message> parse_frame(std::string_view bytes);

}  // namespace systole::ipc
