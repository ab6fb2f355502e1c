#include "crmd/supervisor/child_command.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "crmd/supervisor/process_finder.h"
#include "lib/base/strings.h"
#include "lib/daemon/process_setup.h"

namespace systole::supervisor {

using base::cat;

namespace {

constexpr const char* kSbdPidFile = "/run/sbd.pid";
constexpr const char* kSbdProgram = "/usr/sbin/sbd";

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> variables;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view text(*each);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

// Each option has a name of older days that agents still read.
void set_option(std::map<std::string, std::string>& variables, const std::string& name,
                const std::string& value) {
  variables["PCMK_" + name] = value;
  variables["HA_" + name] = value;
}

}  // namespace

std::string daemon_folder() {
  const char* folder = std::getenv("SYSTOLE_DAEMON_DIR");
  return folder != nullptr && *folder == '/' ? folder : "/usr/lib/pacemaker";
}

std::string program_path(Child child, const std::string& folder) {
  return cat(folder, "/", traits(child).program);
}

uid_t child_user(Child child) {
  const auto account = daemon::daemon_account();
  return geteuid() == 0 && !traits(child).root && account ? account->uid : geteuid();
}

base::Result<process::Command> child_command(Child child, const ChildOptions& options,
                                             bool ran_before) {
  process::Command command;
  command.argv = {program_path(child, options.folder)};
  command.leads = process::Leads::kSession;
  if (!traits(child).root) {
    const auto account = daemon::daemon_account();
    if (!account) {
      return base::Error{base::Errc::kNotFound,
                         "user hacluster or group haclient does not exist on this node"};
    }
    if (geteuid() == 0) command.user = process::User{.uid = account->uid, .gid = account->gid};
  }
  auto variables = own_environment();
  // What the service manager gave to the supervisor is not meant for services that agents start.
  for (const char* private_name : {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}) {
    variables.erase(private_name);
  }
  variables["LC_ALL"] = "C";
  variables["PCMK_service"] = "pacemakerd";
  set_option(variables, "mcp", "true");
  set_option(variables, "cluster_type", "corosync");
  set_option(variables, "quorum_type", "corosync");
  const auto keep = [&](const std::string& name, const std::string& fallback) {
    const auto found = variables.find("PCMK_" + name);
    set_option(variables, name, found != variables.end() ? found->second : fallback);
  };
  keep("debug", "0");
  keep("logfile", "/var/log/pacemaker/pacemaker.log");
  keep("logfacility", "daemon");
  if (variables["PCMK_logfacility"] != "none") {
    variables["HA_LOGFACILITY"] = variables["PCMK_logfacility"];
  }
  variables["PCMK_watchdog"] = options.watchdog ? "true" : "false";
  if (options.standby) variables["PCMK_node_start_state"] = "standby";
  if (ran_before) variables["PCMK_respawned"] = "true";
  for (const auto& [name, value] : variables) command.environment.push_back(cat(name, "=", value));
  return command;
}

bool sbd_is_active() {
  std::ifstream file(kSbdPidFile);
  pid_t pid = 0;
  return file >> pid && pid > 0 && is_process(pid, kSbdProgram, 0);
}

}  // namespace systole::supervisor
