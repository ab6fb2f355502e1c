#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

/// The protocol by which the CIB is administered from other machines: messages over TCP, as of
/// Pacemaker 2.1 (observed on the wire).
namespace systole::remote {

using base::Errc;
using base::Result;

/// The bytes before every message, in the sender's byte order: a mark that shows that order, the
/// version (4 bytes each), the message's number, flags (8 each), the size of header and payload,
/// where the payload begins, and its size packed (0: it is not) and unpacked (4 each). The payload
/// is the text with a final NUL, or a bzip2 stream of that.
inline constexpr std::size_t kHeaderSize = 40;
inline constexpr std::uint32_t kByteOrderMark = 0xBADADBBD;
inline constexpr std::uint32_t kProtocolVersion = 1;

/// `text` ready to be sent as message number `id`. kInvalidArgument when it holds a NUL, kTooLarge
/// when its size does not fit the header.
Result<std::string> make_frame(std::uint64_t id, std::string_view text);

/// Cuts what a peer sends into messages. Keeps no more than one message of the permitted size and
/// what was added behind it, whatever sizes the peer claims.
class FrameReader {
 public:
  explicit FrameReader(std::size_t text_max) : text_max_(text_max) {}

  /// The largest text accepted from now on.
  void set_text_max(std::size_t text_max) { text_max_ = text_max; }

  void add(std::string_view bytes);

  /// The next message's text; nothing while it is incomplete. After an error there is no way to
  /// find the next message: kTooLarge for a text over the limit, kVersion for a newer protocol,
  /// kProtocol for anything that is no message.
  Result<std::optional<std::string>> next();

  /// Bytes that were added and not handed out yet.
  std::size_t waiting() const { return bytes_.size() - begin_; }

 private:
  std::string bytes_;
  std::size_t begin_ = 0;
  std::size_t text_max_;
};

}  // namespace systole::remote
