#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "crmd/supervisor/node_reset.h"
#include "crmd/supervisor/reset_guard.h"
#include "crmd/supervisor/shell.h"
#include "lib/base/end_code.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"
#include "lib/cli/tool.h"
#include "lib/cli/version.h"
#include "lib/client/supervisor_client.h"
#include "lib/cluster/cluster.h"
#include "lib/daemon/process_setup.h"
#include "lib/ipc/endpoints.h"
#include "lib/process/descriptor_limit.h"

namespace systole::supervisor {
namespace {

using base::cat;
using base::log;
using base::LogLevel;
using cli::ExitCode;

constexpr std::chrono::milliseconds kCorosyncLimit{15000};
constexpr std::chrono::milliseconds kShutdownRequestLimit{5000};

enum OptionId { kFeatures = 1, kForeground, kPidFile, kShutdown, kStandby };

constexpr cli::Option kOptions[] = {
    {.id = kFeatures,
     .long_name = "features",
     .short_name = 'F',
     .help = "Display full version and list of features Pacemaker was built with"},
    {.id = kForeground,
     .long_name = "foreground",
     .short_name = 'f',
     .help = "(Ignored) Pacemaker always runs in the foreground"},
    {.id = kPidFile,
     .long_name = "pid-file",
     .short_name = 'p',
     .argument = cli::Argument::kRequired,
     .argument_name = "FILE",
     .help = "(Ignored) Daemon pid file location"},
    {.id = kShutdown,
     .long_name = "shutdown",
     .short_name = 'S',
     .help = "Instruct Pacemaker to shutdown on this machine"},
    {.id = kStandby,
     .long_name = "standby",
     .short_name = 's',
     .help = "Start node in standby state"},
};

constexpr cli::OptionGroup kGroups[] = {
    {.name = "", .title = "Application Options:", .help = "", .options = kOptions}};

constexpr cli::Program kProgram = {
    .name = "pacemakerd",
    .summary =
        "pacemakerd - primary Pacemaker daemon that launches and monitors all subsidiary "
        "Pacemaker daemons",
    .groups = kGroups};

ExitCode show_features(cli::Output& output) {
  if (!output.is_structured()) {
    output.raw(cat(cli::kProductName, " ", cli::kCompatibleVersion, " (Build: ", cli::kBuildId,
                   ")\n Supporting v", cli::kFeatureSet, ": ", cli::kFeatures, "\n"));
    return ExitCode::kOk;
  }
  auto& features = output.root()
                       .add("pacemakerd")
                       .set("version", cli::kCompatibleVersion)
                       .set("build", cli::kBuildId)
                       .set("feature_set", cli::kFeatureSet)
                       .add("features");
  for (const std::string_view name : base::split(cli::kFeatures, " ")) {
    features.add("feature").set_text(name);
  }
  return ExitCode::kOk;
}

ExitCode request_shutdown(cli::Output& output) {
  const auto done =
      client::shut_down_node(cat(getpid(), "_", kProgram.name), kShutdownRequestLimit);
  if (done) return ExitCode::kOk;
  output.error(
      cat("Could not request shutdown of existing Pacemaker instance: ", done.error().message));
  return cli::exit_code_for(done.error().code);
}

struct Folder {
  const char* path;
  mode_t mode;
};
constexpr const char* kRunFolder = "/run/crm";
constexpr Folder kFolders[] = {{kRunFolder, 0750},
                               {"/var/lib/pacemaker", 0750},
                               {"/var/lib/pacemaker/cib", 0750},
                               {"/var/lib/pacemaker/pengine", 0750},
                               {"/var/lib/pacemaker/cores", 0750},
                               {"/var/lib/pacemaker/blackbox", 0750}};

base::Result<void> prepare_node() {
  for (const Folder& folder : kFolders) {
    auto made = daemon::make_daemon_folder(folder.path, folder.mode);
    if (!made) return made;
  }
  // The controller is not root, and Corosync lets nobody else in by itself.
  const auto account = daemon::daemon_account();
  if (!account) return base::Error{base::Errc::kNotFound, "group haclient does not exist"};
  return cluster::permit_group(account->gid, kCorosyncLimit);
}

/// A daemon demands it. Does not return.
void reset_on_demand(std::string_view reason) {
  reset_node(panic_action_from_environment(), reason);
  log(LogLevel::kCritical, "cannot reset this node, ending instead: ", reason);
  _exit(static_cast<int>(base::EndCode::kPanic));
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && base::parse_bool(base::trim(value)).value_or(false);
}

ExitCode fail(const base::Error& error, ExitCode code) {
  log(LogLevel::kCritical, error.message);
  return code;
}

ExitCode supervise(bool standby) {
  daemon::set_up_process(kProgram.name);
  process::raise_descriptor_limit();
  if (geteuid() != 0) {
    return fail({base::Errc::kPermission, "the supervisor must run as root"},
                ExitCode::kUnavailable);
  }
  daemon::EventLoop loop;
  const bool watchdog = sbd_is_active();
  Shell shell(loop,
              {.fail_fast = is_set("PCMK_fail_fast"),
               .wait_for_sbd = watchdog && is_set("SBD_SYNC_RESOURCE_STARTUP")},
              {.folder = daemon_folder(), .standby = standby, .watchdog = watchdog});
  const auto served = shell.serve(ipc::endpoint::kSupervisor);
  if (!served) return fail(served.error(), ExitCode::kFatal);
  log(LogLevel::kNotice, "starting ", cli::kProductName, " ", cli::kCompatibleVersion,
      " (Systole), features: ", cli::kFeatures);

  const auto prepared = prepare_node();
  if (!prepared) return fail(prepared.error(), ExitCode::kUnavailable);
  const auto guard = ResetGuard::start(kRunFolder, reset_on_demand);
  if (!guard) return fail(guard.error(), ExitCode::kOsError);
  auto cluster = cluster::connect_corosync(loop, kCorosyncLimit);
  if (!cluster) return fail(cluster.error(), ExitCode::kUnavailable);
  const auto followed = (*cluster)->start(
      {.on_quorum = {},
       .on_nodes = {},
       .may_stop = [&] { return shell.phase() == Phase::kShutdownComplete; },
       .on_lost = [&](const base::Error&) { shell.handle(event::ClusterLost{}); }});
  if (!followed) return fail(followed.error(), ExitCode::kUnavailable);

  const auto stop = [&] { shell.handle(event::StopRequested{}); };
  const auto on_terminate = loop.on_signal(SIGTERM, stop);
  const auto on_interrupt = loop.on_signal(SIGINT, stop);
  if (!on_terminate) return fail(on_terminate.error(), ExitCode::kOsError);
  if (!on_interrupt) return fail(on_interrupt.error(), ExitCode::kOsError);
  shell.handle(event::Started{});
  loop.run();
  return static_cast<ExitCode>(shell.exit_code().value_or(0));
}

ExitCode run(const cli::CommandLine& command_line, cli::Output& output) {
  if (command_line.has(kFeatures)) return show_features(output);
  if (command_line.has(kShutdown)) return request_shutdown(output);
  return supervise(command_line.has(kStandby));
}

}  // namespace
}  // namespace systole::supervisor

int main(int argc, char** argv) {
  return systole::cli::run_tool(systole::supervisor::kProgram, systole::supervisor::run, argc,
                                argv);
}
