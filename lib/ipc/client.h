#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/ipc/frame.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::ipc {

/// A connection to one of the daemons. Not thread-safe. Reconnecting is left to the caller: after
/// an error with kNotConnected the object is of no more use.
///
/// Tools use request(), send() and next_event(), which block. Daemons attach() the connection to
/// their event loop and use send(); only answers that the server sends as events can be had without
/// blocking, since the response channel wakes nobody.
class Client {
 public:
  using Duration = std::chrono::milliseconds;

  struct Options {
    Duration connect_timeout = std::chrono::seconds(5);
    /// Size of the buffers asked for; the server may give more. 0 = default_buffer_size().
    std::size_t buffer_size = 0;
  };

  /// Connects to the service `name`. kNotConnected when nobody serves it, kReset when the
  /// server ends meanwhile, kPermission when we may not use it or when the process that serves it
  /// is none of the cluster's daemons, kTimeout.
  static Result<std::unique_ptr<Client>> connect(std::string_view name, Options options);
  static Result<std::unique_ptr<Client>> connect(std::string_view name);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends `text` and waits for the response to it. A response to an earlier request that came
  /// too late is thrown away. kTimeout, kNotConnected (the server died), kTooLarge, kProtocol.
  Result<std::string> request(std::string_view text, Duration timeout);

  /// Sends `text` without asking for a response. Waits up to `timeout` while the server's ring is
  /// full. Returns the request's id.
  Result<std::int32_t> send(std::string_view text, Duration timeout = std::chrono::seconds(5));

  /// The next event; nothing when none comes in time. Not for an attached connection.
  Result<std::optional<std::string>> next_event(Duration timeout);

  /// Delivers events, and once the end of the connection, through `loop`. Both callbacks may
  /// destroy this object.
  Result<void> attach(daemon::EventLoop& loop, std::function<void(std::string text)> on_event,
                      std::function<void()> on_disconnect);

  /// Readable when an event may be waiting, for callers with a poll() of their own.
  int fd() const;

  pid_t server_pid() const;
  uid_t server_uid() const;

  class Impl;

 private:
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace systole::ipc
