#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "lib/base/result.h"
#include "lib/process/unique_fd.h"

namespace systole::remote {

using base::Errc;
using base::Result;

/// What a socket has to become before a call can go on.
enum class Wait { kReadable, kWritable };

/// What a call that never blocks has done.
struct Transfer {
  std::size_t bytes = 0;
  std::optional<Wait> wait{};  ///< set when the call could not do more
  bool ended = false;          ///< the peer sends nothing more
};

/// Bytes both ways over a connected, non-blocking socket. An error ends the stream.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Goes on with what both sides must agree on first; nothing when that is done. kPermission when
  /// they cannot agree, kNotConnected when the peer has gone.
  virtual Result<std::optional<Wait>> handshake() = 0;

  /// Reads into `buffer`, which holds at least kReadSize bytes: with fewer, what a TLS record has
  /// more would wait unseen by poll().
  virtual Result<Transfer> read(std::span<char> buffer) = 0;
  static constexpr std::size_t kReadSize = std::size_t{16} << 10;

  /// Writes the beginning of `bytes`. After a Wait the next call must be given the same bytes, to
  /// which others may have been appended.
  virtual Result<Transfer> write(std::string_view bytes) = 0;

  /// Tells the peer that nothing more comes, as far as that can be done at once.
  virtual void finish() = 0;
};

/// The bytes as they are. The socket must outlive the stream.
std::unique_ptr<Stream> make_plain_stream(int socket);

}  // namespace systole::remote
