#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "lib/base/result.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::ipc {

/// The process that serves a name.
struct ServerIdentity {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Finds out, without blocking the loop, whether a service answers: connects, learns who serves it,
/// and disconnects without a message. Destroying the probe calls it off; the callback may do so.
class Probe {
 public:
  using Callback = std::function<void(base::Result<ServerIdentity>)>;

  /// `done` is called once, from the loop: kNotConnected when nobody serves `name`, kTimeout when
  /// it is served but does not answer within `timeout`, kPermission.
  Probe(daemon::EventLoop& loop, std::string_view name, std::chrono::milliseconds timeout,
        Callback done);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  class Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace systole::ipc
