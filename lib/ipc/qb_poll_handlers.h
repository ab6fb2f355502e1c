#pragma once

struct qb_ipcs_service;

namespace systole::daemon {
class EventLoop;
}

namespace systole::ipc {

/// Lets `service` watch its descriptors and run its jobs on `loop`, which must be the loop of the
/// calling thread. Unlike libqb's own hooks for its loop, the requests that a client has written
/// before it hung up are delivered before the hang-up.
void use_event_loop(qb_ipcs_service* service, daemon::EventLoop& loop);

}  // namespace systole::ipc
