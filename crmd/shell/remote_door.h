#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/daemon/event_loop.h"
#include "lib/process/unique_fd.h"

namespace systole::crmd {

/// A TCP port on all IPv4 addresses of this node, and who connects to it. Takes no more than so
/// many connections in a second, so that a flood of them leaves the process its time.
class RemoteDoor {
 public:
  using OnAccept = std::function<void(process::UniqueFd socket, std::string address)>;

  /// kExists when the port is in use, kPermission, kIo.
  static base::Result<std::unique_ptr<RemoteDoor>> open(daemon::EventLoop& loop, std::uint16_t port,
                                                        OnAccept on_accept);

  /// The port; another one than was asked for when that was 0.
  std::uint16_t port() const;

 private:
  RemoteDoor(daemon::EventLoop& loop, process::UniqueFd socket, OnAccept on_accept)
      : loop_(loop), socket_(std::move(socket)), on_accept_(std::move(on_accept)) {}

  base::Result<void> watch();
  void accept();

  daemon::EventLoop& loop_;
  process::UniqueFd socket_;
  OnAccept on_accept_;
  int accepted_ = 0;  ///< since the pause began, or the last one ended
  daemon::Timer pause_;
  daemon::Watch watch_;  ///< last: it ends before the socket is closed
};

}  // namespace systole::crmd
