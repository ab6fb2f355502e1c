#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "crmd/shell/daemon_metadata.h"
#include "crmd/shell/daemon_options.h"
#include "crmd/shell/plan_calculation.h"
#include "crmd/shell/shell.h"
#include "lib/base/end_code.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cli/version.h"
#include "lib/cluster/cluster.h"
#include "lib/daemon/event_loop.h"
#include "lib/daemon/process_setup.h"
#include "lib/process/descriptor_limit.h"

namespace systole::crmd {
namespace {

using base::EndCode;
using base::log;
using base::LogLevel;

constexpr std::string_view kProgram = "pacemaker-controld";
constexpr std::chrono::seconds kCorosyncLimit{20};
constexpr int kExitUsage = 64;
constexpr mode_t kFolderMode = 0750;

int code(EndCode end_code) {
  return static_cast<int>(end_code);
}

/// Folders are there where the packages are installed; a start by hand makes what is missing.
base::Result<void> prepare(const Settings& settings) {
  if (geteuid() == 0) {
    const std::string parent = std::filesystem::path(settings.cib).parent_path();
    for (const std::string& folder : {parent, settings.cib, settings.plan_inputs, settings.run}) {
      if (auto made = daemon::make_daemon_folder(folder, kFolderMode); !made) return made;
    }
    const auto account = daemon::daemon_account();
    if (account) {
      if (auto let_in = cluster::permit_group(account->gid, kCorosyncLimit); !let_in) return let_in;
    }
  }
  return daemon::become_daemon_user();
}

int run() {
  daemon::set_up_process(kProgram);
  process::raise_descriptor_limit();
  Settings settings;
  // It is about the start of the node's cluster software, not about that of this process.
  const char* start_state = std::getenv("PCMK_node_start_state");
  if (start_state != nullptr && std::getenv("PCMK_respawned") == nullptr) {
    settings.start_state = start_state;
  }
  if (auto prepared = prepare(settings); !prepared) {
    log(LogLevel::kCritical, prepared.error().message);
    return code(EndCode::kFatal);
  }
  daemon::EventLoop loop;
  auto cluster = cluster::connect_corosync(loop, kCorosyncLimit);
  if (!cluster) {
    log(LogLevel::kCritical, cluster.error().message);
    return code(EndCode::kDisconnected);
  }
  Shell shell(loop, std::move(*cluster), settings, calculate_plan);
  const auto stop = [&shell] { shell.request_stop(); };
  auto on_term = loop.on_signal(SIGTERM, stop);
  auto on_interrupt = loop.on_signal(SIGINT, stop);
  for (const auto* watch : {&on_term, &on_interrupt}) {
    if (*watch) continue;
    log(LogLevel::kCritical, watch->error().message);
    return code(EndCode::kError);
  }
  if (auto started = shell.start(); !started) {
    log(LogLevel::kCritical,
        "This node cannot take part in the cluster: ", started.error().message);
    const bool served = started.error().code == base::Errc::kExists;
    return code(served ? EndCode::kFatal : EndCode::kError);
  }
  loop.run();
  log(LogLevel::kNotice, "Ended with status ", code(shell.end_code()));
  return code(shell.end_code());
}

}  // namespace
}  // namespace systole::crmd

int main(int argc, char** argv) {
  using systole::crmd::find_daemon;
  using systole::crmd::kProgram;
  if (argc == 1) return systole::crmd::run();
  const std::string_view word = argv[1];
  if (argc == 2 && word == "metadata") {
    std::fputs(render_metadata(*find_daemon(kProgram)).c_str(), stdout);
    return 0;
  }
  if (argc == 2 && word == "version") {
    using namespace systole;
    std::puts(
        base::cat("CRM Version: ", cli::kCompatibleVersion, " (", cli::kBuildId, ")").c_str());
    return 0;
  }
  std::fprintf(stderr, "usage: %s [metadata|version]\n", argv[0]);
  return systole::crmd::kExitUsage;
}
