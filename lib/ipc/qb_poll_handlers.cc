#include "lib/ipc/qb_poll_handlers.h"

#include <poll.h>
#include <qb/qbipcs.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"

namespace systole::ipc {

namespace {

// Requests of one client that are taken before others have their turn.
constexpr int kBatch = 50;

struct Dispatch {
  std::uint64_t generation = 0;
  qb_ipcs_dispatch_fn_t function = nullptr;
  void* data = nullptr;
  daemon::Watch watch;
  bool listens = false;
  // Of a connection whose client has not said yet who it is.
  std::optional<Credentials> handshake;
  const void* acceptor = nullptr;  // the service that it was made with
  daemon::Timer deadline;
};

// libqb's hooks carry no context, so that what they work on belongs to the thread.
struct Hooks {
  daemon::EventLoop* loop = nullptr;
  std::uint64_t generation = 0;
  std::unordered_map<int, Dispatch> dispatches;
  HandshakeLimits limits;
  const void* acceptor = nullptr;  // the service on whose socket libqb is at work
  std::optional<Credentials> handshake;
  bool told_of_strangers = false;
};
thread_local Hooks hooks;

daemon::Readiness to_readiness(std::int32_t events) {
  return {.readable = (events & POLLIN) != 0, .writable = (events & POLLOUT) != 0};
}

// Calls libqb for one descriptor. False when the entry is gone afterwards.
bool call(int fd, std::uint64_t generation, std::int32_t events) {
  const auto current = [&] {
    const auto entry = hooks.dispatches.find(fd);
    return entry != hooks.dispatches.end() && entry->second.generation == generation
               ? &entry->second
               : nullptr;
  };
  Dispatch* entry = current();
  if (entry == nullptr) return false;
  // The entry of a handshake goes before the client is accepted.
  hooks.handshake = entry->handshake;
  hooks.acceptor = entry->listens ? entry->data : nullptr;
  const auto result = entry->function(fd, events, entry->data);
  hooks.acceptor = nullptr;
  hooks.handshake.reset();
  entry = current();
  if (entry != nullptr && result < 0) {
    hooks.dispatches.erase(fd);
    return false;
  }
  return entry != nullptr;
}

// Each request left one byte in the socket.
int announced(int fd) {
  int count = 0;
  return ioctl(fd, FIONREAD, &count) == 0 ? count : 0;
}

// Lets libqb take requests that were announced, one at each call: given more, it would take some
// whose byte has not come yet, wait for that, and drop everything when it sees a hang-up meanwhile.
// False when the entry is gone afterwards.
bool take_requests(int fd, std::uint64_t generation, int count) {
  for (; count > 0; --count) {
    if (!call(fd, generation, POLLIN)) return false;
  }
  return true;
}

bool listens(int fd) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
}

// Handshakes that are under way and count against the same bound as one of `client`.
std::size_t handshakes_like(const Credentials& client) {
  const bool stranger = !may_connect(client);
  return static_cast<std::size_t>(
      std::count_if(hooks.dispatches.begin(), hooks.dispatches.end(), [&](const auto& entry) {
        const auto& other = entry.second.handshake;
        if (!other) return false;
        return stranger ? !may_connect(*other) : other->uid == client.uid;
      }));
}

bool handshake_has_room(const Credentials& client) {
  if (is_privileged(client.uid)) return true;
  const bool stranger = !may_connect(client);
  const std::size_t most = stranger ? hooks.limits.strangers_max : hooks.limits.per_user_max;
  if (handshakes_like(client) < most) return true;
  if (!std::exchange(hooks.told_of_strangers, true)) {
    base::log(base::LogLevel::kWarning, "IPC: user ", client.uid, " holds ", most,
              " connections that say nothing, refusing more");
  }
  return false;
}

void ready(int fd, std::uint64_t generation, daemon::Readiness readiness) {
  if (!readiness.hang_up && !readiness.error) {
    const std::int32_t events =
        (readiness.readable ? POLLIN : 0) | (readiness.writable ? POLLOUT : 0);
    // The first call is made in any case: it may be about something else than requests.
    const int count = readiness.readable ? std::min(announced(fd), kBatch) : 0;
    if (call(fd, generation, events)) take_requests(fd, generation, count - 1);
    return;
  }
  // libqb would drop at the hang-up what was announced before.
  for (int before = announced(fd); readiness.hang_up && before > 0;) {
    if (!take_requests(fd, generation, before)) return;
    const int left = announced(fd);
    if (left >= before) break;
    before = left;
  }
  call(fd, generation, readiness.error ? POLLNVAL : POLLHUP);
}

std::int32_t dispatch_add(qb_loop_priority, std::int32_t fd, std::int32_t events, void* data,
                          qb_ipcs_dispatch_fn_t function) {
  const std::uint64_t generation = ++hooks.generation;
  Dispatch dispatch{.generation = generation,
                    .function = function,
                    .data = data,
                    .watch = {},
                    .listens = hooks.acceptor == nullptr && listens(fd),
                    .handshake = {},
                    .acceptor = hooks.acceptor,
                    .deadline = {}};
  if (hooks.acceptor != nullptr) {
    dispatch.handshake = peer_credentials(fd);
    if (!dispatch.handshake || !handshake_has_room(*dispatch.handshake)) return -EAGAIN;
    // libqb sees a hang-up, and closes it.
    dispatch.deadline =
        hooks.loop->call_after(hooks.limits.timeout, [fd] { shutdown(fd, SHUT_RDWR); });
  }
  auto watch = hooks.loop->watch(fd, to_readiness(events), [fd, generation](daemon::Readiness r) {
    ready(fd, generation, r);
  });
  if (!watch) {
    base::log(base::LogLevel::kError, "IPC: ", watch.error().message);
    return -EINVAL;
  }
  dispatch.watch = std::move(*watch);
  hooks.dispatches[fd] = std::move(dispatch);
  return 0;
}

std::int32_t dispatch_mod(qb_loop_priority, std::int32_t fd, std::int32_t events, void* data,
                          qb_ipcs_dispatch_fn_t function) {
  const auto entry = hooks.dispatches.find(fd);
  if (entry == hooks.dispatches.end()) return -ENOENT;
  entry->second.function = function;
  entry->second.data = data;
  entry->second.watch.set_interest(to_readiness(events));
  return 0;
}

std::int32_t dispatch_del(std::int32_t fd) {
  hooks.dispatches.erase(fd);
  return 0;
}

std::int32_t job_add(qb_loop_priority, void* data, qb_loop_job_dispatch_fn function) {
  hooks.loop->post([data, function] { function(data); });
  return 0;
}

}  // namespace

void use_event_loop(qb_ipcs_service* service, daemon::EventLoop& loop,
                    const HandshakeLimits& limits) {
  hooks.loop = &loop;
  hooks.limits = limits;
  qb_ipcs_poll_handlers handlers = {.job_add = job_add,
                                    .dispatch_add = dispatch_add,
                                    .dispatch_mod = dispatch_mod,
                                    .dispatch_del = dispatch_del};
  qb_ipcs_poll_handlers_set(service, &handlers);
}

void end_handshakes(const qb_ipcs_service* service) {
  std::vector<std::pair<int, std::uint64_t>> open;
  for (const auto& [fd, dispatch] : hooks.dispatches) {
    if (dispatch.handshake && dispatch.acceptor == service)
      open.emplace_back(fd, dispatch.generation);
  }
  for (const auto& [fd, generation] : open) call(fd, generation, POLLHUP);
}

const std::optional<Credentials>& handshake_client() {
  return hooks.handshake;
}

}  // namespace systole::ipc
