#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/daemon/event_loop.h"
#include "lib/remote/connection.h"

namespace systole::remote {

/// Where a daemon of this protocol listens.
struct Address {
  std::string host;
  std::string port;  ///< a number, as the user gave it
  bool encrypted = true;
};

/// A connection of a tool, which waits for what it asks for. After an error other than kTimeout it
/// is of no more use. Tools that have an event loop attach() it.
class Client {
 public:
  using Duration = std::chrono::milliseconds;

  /// Connects to the first of the host's addresses that answers. kNotConnected when none does (or
  /// the host or port means nothing), kTimeout, kPermission when TLS cannot be agreed on.
  static Result<std::unique_ptr<Client>> connect(const Address& address, Duration timeout);

  /// Sends a message, waiting while the daemon does not read.
  Result<void> send(std::string_view text, Duration timeout);

  /// The next message. kTimeout, kNotConnected, kProtocol.
  Result<std::string> receive(Duration timeout);

  /// Delivers messages, and once the end of the connection, through `loop`. Both callbacks may
  /// destroy this object. send() goes on to work.
  Result<void> attach(daemon::EventLoop& loop,
                      std::function<void(const std::string& text)> on_message,
                      std::function<void()> on_end);

  /// "node1:1234", for messages.
  const std::string& name() const { return name_; }

 private:
  Client(std::string name, std::unique_ptr<Connection> connection)
      : name_(std::move(name)), connection_(std::move(connection)) {}

  /// Waits until the connection can go on, and lets it.
  Result<void> advance_until(std::chrono::steady_clock::time_point end);
  void on_ready();

  std::string name_;
  std::unique_ptr<Connection> connection_;
  std::function<void(const std::string& text)> on_message_;
  std::function<void()> on_end_;
  daemon::Watch watch_;
  /// Tells callbacks on the loop whether this object still is.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace systole::remote
