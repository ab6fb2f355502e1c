#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/remote/stream.h"

namespace systole::remote {
namespace {

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int socket) : socket_(socket) {}

  Result<std::optional<Wait>> handshake() override { return std::optional<Wait>(); }

  Result<Transfer> read(std::span<char> buffer) override {
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got < 0) return stopped(Wait::kReadable);
    return Transfer{.bytes = static_cast<std::size_t>(got), .ended = got == 0};
  }

  Result<Transfer> write(std::string_view bytes) override {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return stopped(Wait::kWritable);
    return Transfer{.bytes = static_cast<std::size_t>(sent)};
  }

  void finish() override {}

 private:
  static Result<Transfer> stopped(Wait wait) {
    const int number = errno;
    if (number == EAGAIN || number == EWOULDBLOCK || number == EINTR) return Transfer{.wait = wait};
    return {Errc::kNotConnected, std::strerror(number)};
  }

  int socket_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int socket) {
  return std::make_unique<PlainStream>(socket);
}

}  // namespace systole::remote
