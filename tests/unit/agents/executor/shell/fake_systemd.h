#pragma once

#include <sys/socket.h>
#include <systemd/sd-bus.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents/executor/shell/bus_connection.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"

namespace systole::executor {

/// The part of systemd's D-Bus interface that units as resources need, on one end of a socket pair.
class FakeSystemd {
 public:
  struct Unit {
    std::string load_state = "loaded";
    std::string active_state = "inactive";
  };

  explicit FakeSystemd(daemon::EventLoop& loop) {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return;
    client_end_ = ends[1];
    sd_bus* bus = nullptr;
    sd_bus_new(&bus);
    sd_bus_set_fd(bus, ends[0], ends[0]);
    sd_bus_set_server(bus, 1, SD_ID128_MAKE(1, 2, 3, 4, 5, 6, 7, 8, 9, a, b, c, d, e, f, 0));
    sd_bus_set_anonymous(bus, 1);
    sd_bus_start(bus);
    serve(loop, bus);
  }

  /// On a bus, under systemd's name.
  FakeSystemd(daemon::EventLoop& loop, const std::string& address) {
    sd_bus* bus = open_bus(address).release();
    sd_bus_request_name(bus, "org.freedesktop.systemd1", 0);
    serve(loop, bus);
  }

  static BusHandle open_bus(const std::string& address) {
    sd_bus* bus = nullptr;
    sd_bus_new(&bus);
    sd_bus_set_address(bus, address.c_str());
    sd_bus_set_bus_client(bus, 1);
    sd_bus_start(bus);
    return BusHandle(bus);
  }

  /// The other end; can be opened once.
  base::Result<BusHandle> open() const {
    sd_bus* bus = nullptr;
    sd_bus_new(&bus);
    sd_bus_set_fd(bus, client_end_, client_end_);
    sd_bus_set_anonymous(bus, 1);
    sd_bus_start(bus);
    return BusHandle(bus);
  }

  void end_job(const std::string& result) {
    sd_bus_emit_signal(bus_->native(), "/org/freedesktop/systemd1",
                       "org.freedesktop.systemd1.Manager", "JobRemoved", "uoss", 1,
                       "/org/freedesktop/systemd1/job/1", "x.service", result.c_str());
    bus_->pump();
  }

  void set_state(const std::string& unit, const std::string& state) {
    units[unit].active_state = state;
    sd_bus_message* message = nullptr;
    sd_bus_message_new_signal(bus_->native(), &message, path_of(unit).c_str(),
                              "org.freedesktop.DBus.Properties", "PropertiesChanged");
    sd_bus_message_append(message, "sa{sv}as", "org.freedesktop.systemd1.Unit", 0, 0);
    sd_bus_send(bus_->native(), message, nullptr);
    sd_bus_message_unref(message);
    bus_->pump();
  }

  void die() { bus_.reset(); }

  std::map<std::string, Unit> units;
  std::vector<std::string> calls;
  std::string job_result = "done";  ///< empty: jobs last until end_job()

 private:
  void serve(daemon::EventLoop& loop, sd_bus* bus) {
    sd_bus_add_fallback(bus, nullptr, "/org/freedesktop/systemd1", on_call, this);
    bus_ = std::move(*BusConnection::attach(loop, BusHandle(bus), [](const base::Error&) {}));
  }

  static std::string path_of(const std::string& unit) {
    return base::cat("/org/freedesktop/systemd1/unit/", unit.substr(0, unit.find('.')));
  }

  static int on_call(sd_bus_message* message, void* data, sd_bus_error*) {
    return static_cast<FakeSystemd*>(data)->answer(message);
  }

  int answer(sd_bus_message* message) {
    const std::string member = sd_bus_message_get_member(message);
    if (member == "Get") return answer_property(message);
    const char* unit = "";
    if (member != "Reload" && member != "Subscribe") sd_bus_message_read(message, "s", &unit);
    calls.push_back(unit[0] == '\0' ? member : base::cat(member, " ", unit));
    if (member == "LoadUnit") {
      return sd_bus_reply_method_return(message, "o", path_of(unit).c_str());
    }
    if (member == "StartUnit" || member == "StopUnit") {
      if (job_result == "done") {
        units[unit].active_state = member == "StartUnit" ? "active" : "inactive";
      }
      const int sent = sd_bus_reply_method_return(message, "o", "/org/freedesktop/systemd1/job/1");
      if (!job_result.empty()) end_job(job_result);
      return sent;
    }
    return sd_bus_reply_method_return(message, "");
  }

  int answer_property(sd_bus_message* message) {
    const char* interface = nullptr;
    const char* property = nullptr;
    sd_bus_message_read(message, "ss", &interface, &property);
    const std::string path = sd_bus_message_get_path(message);
    const Unit& unit = units[base::cat(path.substr(path.rfind('/') + 1), ".service")];
    const std::string& value =
        std::string_view(property) == "LoadState" ? unit.load_state : unit.active_state;
    return sd_bus_reply_method_return(message, "v", "s", value.c_str());
  }

  int client_end_ = -1;
  std::unique_ptr<BusConnection> bus_;
};

}  // namespace systole::executor
