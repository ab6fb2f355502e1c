#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "lib/ipc/credentials.h"

struct qb_ipcs_service;

namespace systole::daemon {
class EventLoop;
}

namespace systole::ipc {

/// What clients may hold before they have said who they are: a connection that says nothing costs
/// a descriptor, and whoever reaches the socket could have all of them.
struct HandshakeLimits {
  std::chrono::milliseconds timeout = std::chrono::seconds(10);
  std::size_t strangers_max = 16;  ///< of those who may not connect, all together
  std::size_t per_user_max = 64;   ///< of one user who may and is not privileged
};

/// Lets `service` watch its descriptors and run its jobs on `loop`, which must be the loop of the
/// calling thread. Unlike libqb's own hooks for its loop, the requests that a client has written
/// before it hung up are delivered before the hang-up. A handshake beyond the limits is ended.
void use_event_loop(qb_ipcs_service* service, daemon::EventLoop& loop,
                    const HandshakeLimits& limits);

/// Closes the handshakes of a service that is about to be destroyed, which libqb would forget.
void end_handshakes(const qb_ipcs_service* service);

/// Who made the handshake that libqb is at work on, for its accept callback: libqb itself tells
/// neither supplementary groups nor effective ids. Nothing outside of a handshake.
const std::optional<Credentials>& handshake_client();

}  // namespace systole::ipc
