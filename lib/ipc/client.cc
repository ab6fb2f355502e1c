#include "lib/ipc/client.h"

#include <poll.h>
#include <qb/qbipcc.h>
#include <sys/uio.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/connect_error.h"
#include "lib/ipc/credentials.h"

namespace systole::ipc {

using base::cat;
using std::chrono::steady_clock;

namespace {

// The response ring wakes only its semaphore, so that a server's death is noticed between waits.
constexpr Client::Duration kResponseWait{100};
// A full ring mostly means that the server is just about to be done with the previous request.
constexpr std::chrono::microseconds kFullRingWaitFirst{20};
constexpr std::chrono::microseconds kFullRingWaitMax{1000};

// Shared by all connections of the process, as the protocol's clients do it.
std::int32_t next_request_id() {
  static std::atomic<std::uint32_t> counter = 0;
  for (;;) {
    const std::uint32_t id = ++counter & std::numeric_limits<std::int32_t>::max();
    if (id != 0) return static_cast<std::int32_t>(id);
  }
}

int remaining_ms(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<Client::Duration>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace

class Client::Impl {
 public:
  explicit Impl(std::string_view name) : name_(name) {}
  ~Impl() {
    watch_.cancel();
    if (qb_ != nullptr) qb_ipcc_disconnect(qb_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> connect(const Options& options);
  Result<std::string> request(std::string_view text, Duration timeout);
  Result<std::int32_t> send(std::string_view text, std::uint32_t flags,
                            steady_clock::time_point deadline);
  Result<std::optional<std::string>> next_event(Duration timeout);
  Result<void> attach(daemon::EventLoop& loop, std::function<void(std::string)> on_event,
                      std::function<void()> on_disconnect);
  int fd() const { return fd_; }
  pid_t server_pid() const { return server_pid_; }
  uid_t server_uid() const { return server_uid_; }

 private:
  Result<Message> receive(std::int32_t id, steady_clock::time_point deadline);
  void deliver(bool hang_up);
  Error lost() const { return {Errc::kNotConnected, cat("the connection to ", name_, " is lost")}; }

  std::string name_;
  qb_ipcc_connection_t* qb_ = nullptr;
  int fd_ = -1;
  std::size_t buffer_size_ = 0;
  std::vector<char> buffer_;
  pid_t server_pid_ = 0;
  uid_t server_uid_ = 0;
  daemon::Watch watch_;
  std::function<void(std::string)> on_event_;
  std::function<void()> on_disconnect_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  friend class Client;
};

Result<void> Client::Impl::connect(const Options& options) {
  const std::size_t wanted = options.buffer_size != 0 ? options.buffer_size : default_buffer_size();
  int connect_fd = -1;
  errno = 0;
  qb_ipcc_connection_t* pending = qb_ipcc_connect_async(name_.c_str(), wanted, &connect_fd);
  if (pending == nullptr) return connect_error(name_, errno);
  pollfd answer = {.fd = connect_fd, .events = POLLIN, .revents = 0};
  const auto deadline = steady_clock::now() + options.connect_timeout;
  int ready = 0;
  do {
    ready = poll(&answer, 1, remaining_ms(deadline));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) {
    qb_ipcc_disconnect(pending);
    return connect_error(name_, ETIMEDOUT);
  }
  // libqb frees the connection itself when this fails.
  const int rc = qb_ipcc_connect_continue(pending);
  if (rc != 0) return connect_error(name_, std::abs(rc));
  qb_ = pending;
  gid_t gid = 0;
  if (qb_ipcc_auth_get(qb_, &server_pid_, &server_uid_, &gid) != 0 ||
      qb_ipcc_fd_get(qb_, &fd_) != 0) {
    return connect_error(name_, EIO);
  }
  if (!is_daemon(server_uid_, gid)) {
    return Error{Errc::kPermission,
                 cat("cannot connect to ", name_, ": process ", server_pid_, " of user ",
                     user_name(server_uid_), " is none of the cluster's daemons")};
  }
  const int granted = qb_ipcc_get_buffer_size(qb_);
  if (granted <= 0) return connect_error(name_, EIO);
  buffer_size_ = static_cast<std::size_t>(granted);
  buffer_.resize(buffer_size_);
  return {};
}

Result<std::int32_t> Client::Impl::send(std::string_view text, std::uint32_t flags,
                                        steady_clock::time_point deadline) {
  const auto payload = make_payload(text, buffer_size_);
  if (!payload) return payload.error();
  if (payload->frame_size() > buffer_size_) {
    return Error{Errc::kTooLarge, cat("a message of ", text.size(), " bytes to ", name_,
                                      " does not fit its buffer of ", buffer_size_, " bytes")};
  }
  const std::int32_t id = next_request_id();
  std::string header = make_header(id, flags, *payload);
  const iovec pieces[] = {{header.data(), header.size()},
                          {const_cast<char*>(payload->bytes->data()), payload->bytes->size()}};
  for (auto wait = kFullRingWaitFirst;; wait = std::min(wait * 2, kFullRingWaitMax)) {
    const auto rc = qb_ipcc_sendv(qb_, pieces, std::size(pieces));
    if (rc >= 0) return id;
    if (rc == -EMSGSIZE) return Error{Errc::kTooLarge, cat("message to ", name_, " is too large")};
    if (rc != -EAGAIN) return lost();
    if (qb_ipcc_is_connected(qb_) == 0) return lost();
    if (steady_clock::now() >= deadline) {
      return Error{Errc::kTimeout, cat(name_, " takes no requests")};
    }
    std::this_thread::sleep_for(wait);
  }
}

Result<Message> Client::Impl::receive(std::int32_t id, steady_clock::time_point deadline) {
  for (;;) {
    const int wait = std::min<int>(remaining_ms(deadline), kResponseWait.count());
    const auto size = qb_ipcc_recv(qb_, buffer_.data(), buffer_.size(), wait);
    if (size == -EAGAIN || size == -ETIMEDOUT || size == -EINTR) {
      if (steady_clock::now() < deadline) continue;
      return Error{Errc::kTimeout, cat("no response from ", name_)};
    }
    if (size <= 0) return lost();
    auto message = parse_frame(std::string_view(buffer_.data(), static_cast<std::size_t>(size)));
    if (!message) return message.error();
    if (message->id == id) return message;
    // Ids only grow: a smaller one answers a request that was given up.
    if (message->id > id) {
      return Error{Errc::kProtocol,
                   cat(name_, " answered request ", message->id, ", which was never sent")};
    }
  }
}

Result<std::string> Client::Impl::request(std::string_view text, Duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  const auto id = send(text, kExpectsResponse, deadline);
  if (!id) return id.error();
  auto message = receive(*id, deadline);
  if (!message) return message.error();
  return std::move(message->text);
}

Result<std::optional<std::string>> Client::Impl::next_event(Duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    const auto size =
        qb_ipcc_event_recv(qb_, buffer_.data(), buffer_.size(), remaining_ms(deadline));
    if (size == -EAGAIN || size == -ETIMEDOUT || size == -EINTR) {
      if (steady_clock::now() < deadline) continue;
      return std::optional<std::string>();
    }
    if (size <= 0) return lost();
    auto message = parse_frame(std::string_view(buffer_.data(), static_cast<std::size_t>(size)));
    if (message) return std::optional<std::string>(std::move(message->text));
    // A message of a newer protocol is not for us.
    if (message.error().code != Errc::kVersion) return message.error();
  }
}

Result<void> Client::Impl::attach(daemon::EventLoop& loop,
                                  std::function<void(std::string)> on_event,
                                  std::function<void()> on_disconnect) {
  on_event_ = std::move(on_event);
  on_disconnect_ = std::move(on_disconnect);
  auto watch = loop.watch(fd_, {.readable = true}, [this](daemon::Readiness ready) {
    deliver(ready.hang_up || ready.error);
  });
  if (!watch) return watch.error();
  watch_ = std::move(*watch);
  return {};
}

void Client::Impl::deliver(bool hang_up) {
  const auto alive = alive_;
  for (;;) {
    auto event = next_event(Duration(0));
    if (!event) {
      hang_up = true;
      break;
    }
    if (!event->has_value()) break;
    // Copied, because the callback may destroy this object and itself.
    const auto call = on_event_;
    call(std::move(**event));
    if (!*alive) return;
  }
  if (!hang_up) return;
  watch_.cancel();
  const auto call = on_disconnect_;
  call();
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() {
  *impl_->alive_ = false;
}

Result<std::unique_ptr<Client>> Client::connect(std::string_view name) {
  return connect(name, Options());
}

Result<std::unique_ptr<Client>> Client::connect(std::string_view name, Options options) {
  auto impl = std::make_unique<Impl>(name);
  const auto connected = impl->connect(options);
  if (!connected) return connected.error();
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

Result<std::string> Client::request(std::string_view text, Duration timeout) {
  return impl_->request(text, timeout);
}

Result<std::int32_t> Client::send(std::string_view text, Duration timeout) {
  return impl_->send(text, 0, steady_clock::now() + timeout);
}

Result<std::optional<std::string>> Client::next_event(Duration timeout) {
  return impl_->next_event(timeout);
}

Result<void> Client::attach(daemon::EventLoop& loop, std::function<void(std::string text)> on_event,
                            std::function<void()> on_disconnect) {
  return impl_->attach(loop, std::move(on_event), std::move(on_disconnect));
}

int Client::fd() const {
  return impl_->fd();
}

pid_t Client::server_pid() const {
  return impl_->server_pid();
}

uid_t Client::server_uid() const {
  return impl_->server_uid();
}

}  // namespace systole::ipc
