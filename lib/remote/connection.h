#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/daemon/event_loop.h"
#include "lib/process/unique_fd.h"
#include "lib/remote/frame.h"
#include "lib/remote/stream.h"

namespace systole::remote {

/// Messages both ways over one socket, by calls that never block: whoever owns it calls advance()
/// whenever interest() is met.
class Connection {
 public:
  struct Limits {
    std::size_t text_max = std::size_t{64} << 20;     ///< largest message accepted
    std::size_t backlog_max = std::size_t{96} << 20;  ///< what may wait for a peer that is behind
  };

  /// `stream` is over `socket`, which is non-blocking.
  Connection(process::UniqueFd socket, std::unique_ptr<Stream> stream, Limits limits);
  /// Says goodbye as far as that can be done at once.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Does what can be done now: agrees on encryption, sends what waits, reads. An error ends the
  /// connection; messages that came before it can still be taken. kNotConnected when the peer has
  /// gone; what the peer's bytes are no message for, see FrameReader::next(); kPermission when no
  /// encryption could be agreed on.
  Result<void> advance();

  /// The next message that has come.
  std::optional<std::string> next();

  /// Puts a message behind those that wait to be sent, and sends what can be sent. kBusy when the
  /// peer is too far behind: the message was not taken. One that waits with the same `replace_key`,
  /// if not empty, is replaced: only the newest matters to a peer that is behind.
  Result<void> send(std::string_view text, std::string_view replace_key = {});

  /// When to call advance() next.
  daemon::Readiness interest() const;

  /// Whether messages can flow: encryption, if any, is agreed on.
  bool established() const { return established_; }

  /// Whether everything was sent.
  bool flushed() const { return output_.empty(); }

  /// Another limit for a peer that is known by now.
  void set_text_max(std::size_t text_max) { reader_.set_text_max(text_max); }

  int fd() const { return socket_.get(); }

 private:
  /// What is sent in one write.
  struct Piece {
    std::string bytes;
    std::string replace_key = {};  ///< of a header: that of its message
  };

  Result<void> flush();
  Result<void> receive();
  void drop_replaced(std::string_view replace_key);

  process::UniqueFd socket_;
  std::unique_ptr<Stream> stream_;
  FrameReader reader_;
  std::size_t backlog_max_;
  std::deque<std::string> messages_;
  /// Headers and texts by turns: Pacemaker 2.1 does not see what a TLS record has behind a header.
  std::deque<Piece> output_;
  std::size_t sent_ = 0;     ///< of the first of them
  std::size_t backlog_ = 0;  ///< bytes in all of them
  std::uint64_t last_id_ = 0;
  bool established_ = false;
  bool ended_ = false;
  std::optional<Wait> handshake_wait_;
  std::optional<Wait> write_wait_;
};

}  // namespace systole::remote
