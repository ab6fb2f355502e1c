#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agents/executor/shell/bus_connection.h"
#include "agents/executor/shell/unit_manager.h"
#include "lib/daemon/event_loop.h"

namespace systole::executor {

/// "nginx.service" for "nginx"; a name that has the suffix of a kind of unit stays as it is. Empty
/// for a name that no unit can have.
std::string systemd_unit_name(std::string_view type);

/// What a unit in this ActiveState means for a monitor; nothing while it is on its way to another
/// state (org.freedesktop.systemd1, property ActiveState).
std::optional<AgentResult> unit_state_result(std::string_view active_state);

struct SystemdSettings {
  /// Opens a connection to the bus that systemd is on.
  std::function<base::Result<BusHandle>()> open{};
  /// Its name there; empty on a connection that leads to it directly.
  std::string bus_name = "org.freedesktop.systemd1";
  /// Where units get settings that hold until the next boot.
  std::string drop_in_folder = "/run/systemd/system";
};

/// The system bus of this machine ($DBUS_SYSTEM_BUS_ADDRESS). kNotConnected.
base::Result<BusHandle> open_system_bus();

/// Units of systemd as resources, over D-Bus. While the cluster runs a unit, systemd does not
/// restart it by itself, and stops it at shutdown only after the cluster manager: a drop-in says
/// so. Every operation ends with its job or at its timeout; nothing polls.
class SystemdUnits final : public UnitManager {
 public:
  SystemdUnits(daemon::EventLoop& loop, SystemdSettings settings);
  ~SystemdUnits() override;

  void run(const Agent& agent, const Operation& operation, Done done) override;

 private:
  using TaskId = std::uint64_t;
  struct Task {
    std::string unit{};
    std::string action{};
    Done done{};
    std::chrono::steady_clock::time_point begun{};
    std::string path{};  ///< of the unit, once it is loaded
    std::string job{};   ///< that is waited for
    bool waits_for_state = false;
    daemon::Timer timer{};
  };
  using Next = std::function<void(sd_bus_message*)>;

  base::Result<void> connect();
  void begin(TaskId id);
  void act(TaskId id, const std::string& load_state);
  void start(TaskId id);
  void run_job(TaskId id, const char* method);
  void job_ended(sd_bus_message* message);
  void stop(TaskId id);
  void look_at_state(TaskId id);
  void state_changed(sd_bus_message* message);

  base::Result<void> write_drop_in(const std::string& unit);
  bool remove_drop_in(const std::string& unit);
  /// Calls a method of the manager; an error ends the task.
  void ask_manager(TaskId id, const char* method, const std::vector<std::string>& arguments,
                   const Next& next);
  void ask_property(TaskId id, const char* property,
                    const std::function<void(const std::string&)>& next);
  void ask(TaskId id, const BusConnection::Method& method,
           const std::vector<std::string>& arguments, const Next& next);
  void finish(TaskId id, AgentResult result);
  void fail(TaskId id, std::string why);
  const char* destination() const;

  daemon::EventLoop& loop_;
  SystemdSettings settings_;
  TaskId last_ = 0;
  std::map<TaskId, Task> tasks_;
  std::unique_ptr<BusConnection> bus_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace systole::executor
