#include "agents/executor/shell/bus_connection.h"

#include <poll.h>
#include <systemd/sd-bus.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "lib/base/strings.h"

namespace systole::executor {
namespace {

using base::Errc;

base::Error bus_error(int code, std::string_view what) {
  return {Errc::kNotConnected, base::cat(what, ": ", strerror(code < 0 ? -code : code))};
}

/// Callers have time limits of their own.
constexpr std::uint64_t kNoTimeout = UINT64_MAX;

}  // namespace

void CloseBus::operator()(sd_bus* bus) const {
  sd_bus_close_unref(bus);
}

struct BusConnection::Call {
  BusConnection* connection;
  std::uint64_t number;
  Reply reply;
  sd_bus_slot* slot = nullptr;
  ~Call() { sd_bus_slot_unref(slot); }
};

struct BusConnection::Watched {
  Signal signal;
  sd_bus_slot* slot = nullptr;
  ~Watched() { sd_bus_slot_unref(slot); }
};

/// What libsystemd calls.
struct BusConnection::Callbacks {
  static int on_signal(sd_bus_message* message, void* data, sd_bus_error*) {
    static_cast<Watched*>(data)->signal(message);
    return 0;
  }

  static int on_reply(sd_bus_message* message, void* data, sd_bus_error*) {
    Call* call = static_cast<Call*>(data);
    BusConnection* self = call->connection;
    if (const sd_bus_error* error = sd_bus_message_get_error(message)) {
      self->answer(call->number,
                   base::Error{Errc::kInternal,
                               base::cat(error->name, ": ", error->message ? error->message : "")});
    } else {
      self->answer(call->number, message);
    }
    return 1;
  }
};

base::Result<std::unique_ptr<BusConnection>> BusConnection::attach(daemon::EventLoop& loop,
                                                                   BusHandle bus, Lost lost) {
  const int fd = sd_bus_get_fd(bus.get());
  if (fd < 0) return bus_error(fd, "the bus has no descriptor");
  std::unique_ptr<BusConnection> made(new BusConnection(loop, std::move(bus), std::move(lost)));
  base::Result<daemon::Watch> watch =
      loop.watch(fd, {.readable = true}, [self = made.get()](daemon::Readiness) { self->pump(); });
  if (!watch) return watch.error();
  made->watch_ = std::move(*watch);
  made->pump_soon_ =
      loop.call_after(std::chrono::nanoseconds(0), [self = made.get()] { self->pump(); });
  return made;
}

BusConnection::BusConnection(daemon::EventLoop& loop, BusHandle bus, Lost lost)
    : loop_(loop), lost_(std::move(lost)), bus_(std::move(bus)) {}

BusConnection::~BusConnection() {
  watch_.cancel();
}

void BusConnection::call(const Method& method, const std::vector<std::string>& arguments,
                         Reply reply) {
  const std::uint64_t number = ++last_call_;
  auto made = std::make_unique<Call>(Call{this, number, std::move(reply)});
  sd_bus_message* message = nullptr;
  int code = sd_bus_message_new_method_call(bus_.get(), &message, method.destination, method.path,
                                            method.interface, method.name);
  for (const std::string& argument : arguments) {
    if (code >= 0) code = sd_bus_message_append_basic(message, 's', argument.c_str());
  }
  if (code >= 0) {
    code = sd_bus_call_async(bus_.get(), &made->slot, message, Callbacks::on_reply, made.get(),
                             kNoTimeout);
  }
  sd_bus_message_unref(message);
  calls_[number] = std::move(made);
  if (code < 0) {
    // Not from within: callers do not expect the answer before they have returned.
    loop_.post([this, number, code, alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) answer(number, bus_error(code, "cannot send to the bus"));
    });
    return;
  }
  pump_soon_ = loop_.call_after(std::chrono::nanoseconds(0), [this] { pump(); });
}

base::Result<void> BusConnection::watch_signal(const char* sender, const char* interface,
                                               const char* name, Signal signal) {
  auto made = std::make_unique<Watched>(Watched{std::move(signal)});
  const int code = sd_bus_match_signal_async(bus_.get(), &made->slot, sender, nullptr, interface,
                                             name, Callbacks::on_signal, nullptr, made.get());
  if (code < 0) return bus_error(code, base::cat("cannot watch signal ", name));
  watched_.push_back(std::move(made));
  return {};
}

void BusConnection::answer(std::uint64_t number, base::Result<sd_bus_message*> result) {
  auto call = calls_.extract(number);
  if (!call.empty()) call.mapped()->reply(std::move(result));
}

void BusConnection::pump() {
  int code = 1;
  while (code > 0) code = sd_bus_process(bus_.get(), nullptr);
  if (code == -EBUSY) return;  // From within a callback: the outer call goes on.
  if (code < 0) {
    lose(code);
    return;
  }
  const int events = sd_bus_get_events(bus_.get());
  if (events < 0) {
    lose(events);
    return;
  }
  watch_.set_interest({.readable = true, .writable = (events & POLLOUT) != 0});
}

void BusConnection::lose(int code) {
  watch_.cancel();
  const base::Error why = bus_error(code, "the connection to the bus was lost");
  for (auto& [number, call] : std::exchange(calls_, {})) call->reply(why);
  if (lost_) std::exchange(lost_, nullptr)(why);
}

}  // namespace systole::executor
