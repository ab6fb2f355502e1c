#include "lib/ipc/probe.h"

#include <qb/qbipcc.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include "lib/daemon/event_loop.h"
#include "lib/ipc/connect_error.h"
#include "lib/ipc/frame.h"

namespace systole::ipc {

class Probe::Impl {
 public:
  Impl(daemon::EventLoop& loop, std::string_view name, std::chrono::milliseconds timeout,
       Callback done)
      : name_(name), done_(std::move(done)) {
    int fd = -1;
    errno = 0;
    qb_ = qb_ipcc_connect_async(name_.c_str(), default_buffer_size(), &fd);
    if (qb_ == nullptr) {
      const int code = errno;
      timer_ = loop.call_after(std::chrono::milliseconds(0),
                               [this, code] { finish(connect_error(name_, code)); });
      return;
    }
    auto watch = loop.watch(fd, {.readable = true}, [this](daemon::Readiness) { answered(); });
    if (watch) watch_ = std::move(*watch);
    timer_ = loop.call_after(timeout, [this] { finish(connect_error(name_, ETIMEDOUT)); });
  }
  ~Impl() { disconnect(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

 private:
  void answered() {
    // libqb closes the descriptor, and frees the connection when this fails.
    watch_.cancel();
    const int rc = qb_ipcc_connect_continue(qb_);
    if (rc != 0) {
      qb_ = nullptr;
      finish(connect_error(name_, std::abs(rc)));
      return;
    }
    ServerIdentity server;
    const int known = qb_ipcc_auth_get(qb_, &server.pid, &server.uid, &server.gid);
    if (known != 0) {
      finish(connect_error(name_, EIO));
      return;
    }
    finish(server);
  }

  void finish(base::Result<ServerIdentity> result) {
    timer_.cancel();
    disconnect();
    const Callback done = std::move(done_);
    done(std::move(result));
  }

  void disconnect() {
    watch_.cancel();
    if (qb_ != nullptr) qb_ipcc_disconnect(std::exchange(qb_, nullptr));
  }

  std::string name_;
  Callback done_;
  qb_ipcc_connection_t* qb_ = nullptr;
  daemon::Watch watch_;
  daemon::Timer timer_;
};

Probe::Probe(daemon::EventLoop& loop, std::string_view name, std::chrono::milliseconds timeout,
             Callback done)
    : impl_(std::make_unique<Impl>(loop, name, timeout, std::move(done))) {}

Probe::~Probe() = default;

}  // namespace systole::ipc
