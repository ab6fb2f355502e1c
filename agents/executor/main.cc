// pacemaker-execd: runs the agents of this node.

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "agents/executor/shell/executor.h"
#include "agents/executor/shell/fencer_devices.h"
#include "agents/executor/shell/systemd_units.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/daemon/process_setup.h"
#include "lib/process/descriptor_limit.h"

namespace {

using systole::base::LogLevel;

constexpr const char* kName = "pacemaker-execd";

/// The folder of this program, where the keeper is too.
std::string program_folder() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  const std::string_view text(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return std::string(text.substr(0, text.rfind('/')));
}

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("PCMK_service=")) {
      variables.emplace_back(*variable);
    }
  }
  variables.push_back(systole::base::cat("PCMK_service=", kName));
  return variables;
}

/// Agents keep their state here; on a machine without tmpfiles.d nobody else makes it.
void make_agents_folder() {
  const char* path = "/run/resource-agents";
  if (mkdir(path, 0755) == 0 && chmod(path, 01755) == 0) return;
  if (errno == EEXIST) return;
  systole::base::log(LogLevel::kWarning, "cannot make ", path, ": ", strerror(errno));
}

}  // namespace

int main() {
  systole::daemon::set_up_process(kName);
  systole::process::raise_descriptor_limit();
  make_agents_folder();
  systole::daemon::EventLoop loop;
  systole::executor::ExecutorOptions options;
  options.keeper_path = program_folder() + "/systole-agent-keeper";
  options.environment = own_environment();
  systole::executor::FencerDevices fence_devices(loop);
  systole::executor::SystemdUnits units(loop, {.open = systole::executor::open_system_bus});
  auto executor =
      systole::executor::Executor::start(loop, std::move(options), {&fence_devices, &units});
  if (!executor) {
    systole::base::log(LogLevel::kCritical, "cannot start: ", executor.error().message);
    // Served already: the supervisor found another executor to be adopted.
    return executor.error().code == systole::base::Errc::kExists ? 0 : 1;
  }
  const auto end = [&] { (*executor)->end([&] { loop.stop(); }); };
  const auto terminate = loop.on_signal(SIGTERM, end);
  const auto interrupt = loop.on_signal(SIGINT, end);
  for (const auto* watch : {&terminate, &interrupt}) {
    if (!*watch) {
      systole::base::log(LogLevel::kCritical, "cannot start: ", watch->error().message);
      return 1;
    }
  }
  systole::base::log(LogLevel::kNotice, "ready");
  loop.run();
  systole::base::log(LogLevel::kNotice, "ended");
  return 0;
}
