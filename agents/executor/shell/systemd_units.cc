#include "agents/executor/shell/systemd_units.h"

#include <systemd/sd-bus.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "agents/executor/shell/agent_result.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::executor {
namespace {

using base::Errc;
using model::ExecutionStatus;
using model::ExitCode;
namespace fs = std::filesystem;

constexpr const char* kManagerPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr const char* kDropIn = "50-pacemaker.conf";

constexpr std::string_view kSuffixes[] = {".service",   ".socket", ".device", ".mount",
                                          ".automount", ".swap",   ".target", ".path",
                                          ".timer",     ".slice",  ".scope"};

AgentResult succeeded() {
  return {.code = ExitCode::kOk, .status = ExecutionStatus::kDone};
}

std::string read_string(sd_bus_message* message) {
  const char* text = nullptr;
  const int code = sd_bus_message_read(message, "s", &text);
  return code > 0 && text != nullptr ? text : "";
}

std::string read_path(sd_bus_message* message) {
  const char* text = nullptr;
  const int code = sd_bus_message_read(message, "o", &text);
  return code > 0 && text != nullptr ? text : "";
}

std::string read_variant_string(sd_bus_message* message) {
  const char* text = nullptr;
  const int code = sd_bus_message_read(message, "v", "s", &text);
  return code > 0 && text != nullptr ? text : "";
}

fs::path drop_in_folder_of(const SystemdSettings& settings, const std::string& unit) {
  return fs::path(settings.drop_in_folder) / (unit + ".d");
}

}  // namespace

std::string systemd_unit_name(std::string_view type) {
  const bool impossible = type.empty() || type.front() == '.' ||
                          type.find('/') != std::string_view::npos ||
                          type.find('\0') != std::string_view::npos;
  if (impossible) return {};
  const bool has_suffix =
      std::any_of(std::begin(kSuffixes), std::end(kSuffixes),
                  [type](std::string_view suffix) { return type.ends_with(suffix); });
  return has_suffix ? std::string(type) : base::cat(type, ".service");
}

std::optional<AgentResult> unit_state_result(std::string_view active_state) {
  if (active_state == "active" || active_state == "reloading") return succeeded();
  if (active_state == "activating" || active_state == "deactivating") return std::nullopt;
  AgentResult result{.code = ExitCode::kNotRunning, .status = ExecutionStatus::kDone};
  if (active_state != "inactive") {
    result.exit_reason = base::cat("the unit is ", active_state.empty() ? "unknown" : active_state);
  }
  return result;
}

base::Result<BusHandle> open_system_bus() {
  sd_bus* bus = nullptr;
  const int code = sd_bus_open_system(&bus);
  if (code >= 0) return BusHandle(bus);
  return {Errc::kNotConnected, base::cat("cannot connect to the system bus: ", strerror(-code))};
}

SystemdUnits::SystemdUnits(daemon::EventLoop& loop, SystemdSettings settings)
    : loop_(loop), settings_(std::move(settings)) {}

SystemdUnits::~SystemdUnits() = default;

const char* SystemdUnits::destination() const {
  return settings_.bus_name.empty() ? nullptr : settings_.bus_name.c_str();
}

void SystemdUnits::run(const Agent& agent, const Operation& operation, Done done) {
  const TaskId id = ++last_;
  Task& task = tasks_[id];
  task.unit = systemd_unit_name(agent.type);
  task.action = operation.action;
  task.done = std::move(done);
  task.begun = std::chrono::steady_clock::now();
  if (operation.timeout.count() > 0) {
    task.timer = loop_.call_after(operation.timeout, [this, id] {
      finish(id, refused(ExitCode::kGenericError, ExecutionStatus::kTimedOut,
                         base::cat("systemd did not complete the ", tasks_.at(id).action, " of ",
                                   tasks_.at(id).unit, " in time")));
    });
  }
  loop_.post([this, id, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) begin(id);
  });
}

base::Result<void> SystemdUnits::connect() {
  if (bus_) return {};
  base::Result<BusHandle> opened = settings_.open();
  if (!opened) return opened.error();
  base::Result<std::unique_ptr<BusConnection>> bus =
      BusConnection::attach(loop_, std::move(*opened), [this](const base::Error& why) {
        base::log(base::LogLevel::kWarning, why.message);
        bus_.reset();
        while (!tasks_.empty()) fail(tasks_.begin()->first, why.message);
      });
  if (!bus) return bus.error();
  bus_ = std::move(*bus);
  base::Result<void> jobs =
      bus_->watch_signal(destination(), kManager, "JobRemoved",
                         [this](sd_bus_message* message) { job_ended(message); });
  if (!jobs) return jobs;
  base::Result<void> states =
      bus_->watch_signal(destination(), kProperties, "PropertiesChanged",
                         [this](sd_bus_message* message) { state_changed(message); });
  if (!states) return states;
  // Without a subscriber systemd sends no signals.
  bus_->call({destination(), kManagerPath, kManager, "Subscribe"}, {},
             [](const base::Result<sd_bus_message*>&) {});
  return {};
}

void SystemdUnits::begin(TaskId id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  if (found->second.unit.empty()) {
    finish(id, refused(ExitCode::kNotInstalled, ExecutionStatus::kNotInstalled,
                       "no unit can have this name"));
    return;
  }
  if (const base::Result<void> connected = connect(); !connected) {
    bus_.reset();
    fail(id, connected.error().message);
    return;
  }
  ask_manager(id, "LoadUnit", {found->second.unit}, [this, id](sd_bus_message* message) {
    tasks_.at(id).path = read_path(message);
    ask_property(id, "LoadState", [this, id](const std::string& state) { act(id, state); });
  });
}

void SystemdUnits::act(TaskId id, const std::string& load_state) {
  const Task& task = tasks_.at(id);
  const bool there = load_state == "loaded";
  if (!there && task.action == "stop") {
    finish(id, succeeded());
  } else if (!there) {
    finish(id, refused(ExitCode::kNotInstalled, ExecutionStatus::kNotInstalled,
                       base::cat("unit ", task.unit, " is ", load_state)));
  } else if (task.action == "start") {
    start(id);
  } else if (task.action == "stop") {
    stop(id);
  } else if (task.action == "restart") {
    run_job(id, "RestartUnit");
  } else if (task.action == "monitor" || task.action == "status") {
    look_at_state(id);
  } else {
    finish(id, refused(ExitCode::kUnimplemented, ExecutionStatus::kNotSupported,
                       base::cat("a unit of systemd cannot ", task.action)));
  }
}

void SystemdUnits::start(TaskId id) {
  if (const base::Result<void> written = write_drop_in(tasks_.at(id).unit); !written) {
    base::log(base::LogLevel::kWarning, written.error().message, ", ignoring");
  }
  ask_manager(id, "Reload", {}, [this, id](sd_bus_message*) { run_job(id, "StartUnit"); });
}

/// The drop-in orders the stop after that of the cluster manager, which waits for this one when it
/// is stopped itself.
void SystemdUnits::stop(TaskId id) {
  if (!remove_drop_in(tasks_.at(id).unit)) {
    run_job(id, "StopUnit");
    return;
  }
  ask_manager(id, "Reload", {}, [this, id](sd_bus_message*) { run_job(id, "StopUnit"); });
}

void SystemdUnits::run_job(TaskId id, const char* method) {
  ask_manager(id, method, {tasks_.at(id).unit, "replace"},
              [this, id](sd_bus_message* message) { tasks_.at(id).job = read_path(message); });
}

void SystemdUnits::job_ended(sd_bus_message* message) {
  std::uint32_t number = 0;
  const char* job = nullptr;
  const char* unit = nullptr;
  const char* result = nullptr;
  if (sd_bus_message_read(message, "uoss", &number, &job, &unit, &result) < 0) return;
  const auto found = std::find_if(tasks_.begin(), tasks_.end(),
                                  [job](const auto& each) { return each.second.job == job; });
  if (found == tasks_.end()) return;
  const bool good = std::string_view(result) == "done" || std::string_view(result) == "skipped";
  const AgentResult answer = good
                                 ? succeeded()
                                 : refused(ExitCode::kGenericError, ExecutionStatus::kDone,
                                           base::cat("systemd's ", found->second.action, " job of ",
                                                     found->second.unit, " ended: ", result));
  finish(found->first, answer);
}

void SystemdUnits::look_at_state(TaskId id) {
  tasks_.at(id).waits_for_state = false;
  ask_property(id, "ActiveState", [this, id](const std::string& state) {
    if (std::optional<AgentResult> result = unit_state_result(state)) {
      finish(id, *std::move(result));
    } else {
      tasks_.at(id).waits_for_state = true;
    }
  });
}

void SystemdUnits::state_changed(sd_bus_message* message) {
  const char* path = sd_bus_message_get_path(message);
  if (path == nullptr || read_string(message) != kUnit) return;
  std::vector<TaskId> waiting;
  for (const auto& [id, task] : tasks_) {
    if (task.waits_for_state && task.path == path) waiting.push_back(id);
  }
  for (const TaskId id : waiting) look_at_state(id);
}

base::Result<void> SystemdUnits::write_drop_in(const std::string& unit) {
  const fs::path folder = drop_in_folder_of(settings_, unit);
  std::error_code error;
  fs::create_directories(folder, error);
  std::ofstream file(folder / kDropIn, std::ios::trunc);
  file << "[Unit]\n"
       << "Description=Cluster Controlled " << unit.substr(0, unit.rfind('.')) << "\n"
       << "Before=pacemaker.service pacemaker_remote.service\n\n"
       << "[Service]\nRestart=no\n";
  file.close();
  if (file) return {};
  return {Errc::kIo, base::cat("cannot write ", (folder / kDropIn).string())};
}

bool SystemdUnits::remove_drop_in(const std::string& unit) {
  const fs::path folder = drop_in_folder_of(settings_, unit);
  std::error_code error;
  const bool removed = fs::remove(folder / kDropIn, error);
  fs::remove(folder, error);  // Only when it is empty.
  return removed;
}

void SystemdUnits::ask_manager(TaskId id, const char* method,
                               const std::vector<std::string>& arguments, const Next& next) {
  ask(id, {destination(), kManagerPath, kManager, method}, arguments, next);
}

void SystemdUnits::ask_property(TaskId id, const char* property,
                                const std::function<void(const std::string&)>& next) {
  const std::string path = tasks_.at(id).path;
  ask(id, {destination(), path.c_str(), kProperties, "Get"}, {kUnit, property},
      [next](sd_bus_message* message) { next(read_variant_string(message)); });
}

void SystemdUnits::ask(TaskId id, const BusConnection::Method& method,
                       const std::vector<std::string>& arguments, const Next& next) {
  bus_->call(method, arguments, [this, id, next](const base::Result<sd_bus_message*>& reply) {
    if (!tasks_.contains(id)) return;  // It ran out of time.
    if (!reply) {
      fail(id, reply.error().message);
    } else {
      next(*reply);
    }
  });
}

void SystemdUnits::fail(TaskId id, std::string why) {
  finish(id, refused(ExitCode::kGenericError, ExecutionStatus::kError, std::move(why)));
}

void SystemdUnits::finish(TaskId id, AgentResult result) {
  auto task = tasks_.extract(id);
  if (task.empty()) return;
  result.run_time = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() -
                                                             task.mapped().begun);
  task.mapped().done(std::move(result));
}

}  // namespace systole::executor
