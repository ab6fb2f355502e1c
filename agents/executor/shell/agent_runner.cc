#include "agents/executor/shell/agent_runner.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "agents/executor/keeper/run_file.h"
#include "agents/executor/shell/agent_result.h"
#include "agents/executor/shell/secrets.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ocf/answer.h"
#include "lib/ocf/environment.h"
#include "lib/process/process_group.h"
#include "lib/process/spawn.h"

namespace systole::executor {
namespace {

using base::Errc;
using model::ExecutionStatus;
using model::ExitCode;
namespace fs = std::filesystem;

/// How long a keeper that was found alive, but has not said its number yet, is left alone.
constexpr base::Milliseconds kKeeperStart{10};
constexpr mode_t kAgentUmask = 026;

ocf::AgentName name_of(const Agent& agent) {
  return {.standard = agent.standard, .provider = agent.provider, .type = agent.type};
}

std::vector<std::string> environment_of(const StartAgent& start,
                                        const AgentRunnerSettings& settings) {
  if (start.agent.standard != "ocf") return ocf::plain_environment(settings.environment);
  ocf::EnvironmentRequest request{.agent = name_of(start.agent),
                                  .resource = start.operation.resource,
                                  .ocf_root = settings.roots.ocf};
  for (const Parameter& each : start.operation.parameters) {
    request.parameters.emplace_back(each.name, each.value);
  }
  return ocf::ocf_environment(request, settings.environment);
}

/// A program that its keeper cannot watch any more must not go on unseen.
void kill_session(pid_t session) {
  for (const process::Survivor& each : process::session_members(session)) kill(each.pid, SIGKILL);
}

/// The same for a keeper that has ended, maybe long ago. It led its session: where the leader
/// lives, the number has been given to somebody else meanwhile, whose processes these are.
void kill_session_of_dead(pid_t keeper) {
  const std::vector<process::Survivor> members = process::session_members(keeper);
  const bool reused = std::any_of(members.begin(), members.end(),
                                  [keeper](const auto& each) { return each.pid == keeper; });
  if (reused) return;
  for (const process::Survivor& each : members) kill(each.pid, SIGKILL);
}

}  // namespace

AgentRunner::AgentRunner(daemon::EventLoop& loop, AgentRunnerSettings settings, Managers managers,
                         Handlers handlers)
    : loop_(loop),
      settings_(std::move(settings)),
      managers_(managers),
      handlers_(std::move(handlers)) {}

/// A service is an init script where there is one, else a unit.
Agent AgentRunner::resolved(const Agent& agent) const {
  if (agent.standard != "service") return agent;
  Agent found = agent;
  found.standard = "lsb";
  const base::Result<std::string> path = ocf::agent_path(name_of(found), settings_.roots);
  if (!path || access(path->c_str(), X_OK) != 0) found.standard = "systemd";
  return found;
}

std::string AgentRunner::run_path(RunId run) const {
  const auto found = runs_.find(run);
  if (found != runs_.end() && found->second.unnamed_file) {
    return path_of_open_file(found->second.unnamed_file.get());
  }
  return base::cat(settings_.run_folder, "/", run.value());
}

void AgentRunner::start(const StartAgent& asked) {
  // Only this copy has secrets in the clear; it is kept nowhere.
  StartAgent start = asked;
  start.agent = resolved(asked.agent);
  runs_[asked.run] = Run{.agent = start.agent, .operation = asked.operation};
  if (const base::Result<void> done = substitute_secrets(start.operation, settings_.secrets_folder);
      !done) {
    if (start.operation.action != "stop") {
      finish_soon(start.run, refused(ExitCode::kNotConfigured, ExecutionStatus::kNoSecrets,
                                     done.error().message));
      return;
    }
    drop_placeholders(start.operation);
  }
  const auto finished = [this, run = start.run](const AgentResult& result) { finish(run, result); };
  if (start.agent.standard == "stonith" && managers_.fence_devices != nullptr) {
    managers_.fence_devices->run(start.agent, start.operation, finished);
  } else if (start.agent.standard == "systemd" && managers_.units != nullptr) {
    managers_.units->run(start.agent, start.operation, finished);
  } else if (start.agent.standard == "ocf" || start.agent.standard == "lsb") {
    start_program(start);
  } else {
    finish_soon(start.run, refused(ExitCode::kUnimplemented, ExecutionStatus::kNotSupported,
                                   base::cat("agents of standard ", start.agent.standard,
                                             " are not supported: ", agent_text(start.agent))));
  }
}

void AgentRunner::start_program(const StartAgent& start) {
  const base::Result<std::string> path = ocf::agent_path(name_of(start.agent), settings_.roots);
  if (!path || access(path->c_str(), F_OK) != 0) {
    finish_soon(start.run, refused(ExitCode::kNotInstalled, ExecutionStatus::kNotInstalled,
                                   base::cat(agent_text(start.agent), " is not installed")));
    return;
  }
  const base::Result<pid_t> keeper = start_keeper(start, *path);
  if (!keeper) {
    finish_soon(start.run,
                refused(ExitCode::kGenericError, ExecutionStatus::kError, keeper.error().message));
    return;
  }
  Run& run = runs_.at(start.run);
  run.keeper = *keeper;
  base::Result<daemon::Watch> watch =
      loop_.on_child_exit(*keeper, [this, id = start.run](int) { look(id); });
  if (watch) {
    run.watch = std::move(*watch);
  } else {
    // It cannot be watched, so it must not run.
    kill(*keeper, SIGTERM);
    finish_soon(start.run,
                refused(ExitCode::kGenericError, ExecutionStatus::kError, watch.error().message));
  }
}

base::Result<process::UniqueFd> AgentRunner::make_run_file(RunId run) {
  base::Result<process::UniqueFd> file = create_run_file(run_path(run));
  if (file) return file;
  base::log(base::LogLevel::kError, file.error().message,
            "; a kill of this process would lose the result of what starts now");
  base::Result<process::UniqueFd> unnamed = create_unnamed_run_file();
  if (!unnamed) return unnamed;
  base::Result<process::UniqueFd> ours = reopen_without_lock(unnamed->get());
  if (!ours) return ours;
  runs_.at(run).unnamed_file = std::move(*ours);
  return unnamed;
}

base::Result<pid_t> AgentRunner::start_keeper(const StartAgent& start, const std::string& path) {
  const base::Result<process::UniqueFd> file = make_run_file(start.run);
  if (!file) return file.error();
  const process::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return {Errc::kBusy, base::cat("cannot open /dev/null: ", strerror(errno))};
  const std::string action(start.agent.standard == "lsb" ? ocf::lsb_action(start.operation.action)
                                                         : start.operation.action);
  const process::Command keeper{
      .argv = {settings_.keeper_path, base::cat(start.operation.timeout.count()),
               base::cat(settings_.grace.count()), path, action},
      .environment = environment_of(start, settings_),
      .directory = settings_.working_directory,
      .umask = kAgentUmask,
      .leads = process::Leads::kSession,
  };
  const base::Result<process::Spawned> spawned = process::spawn(
      keeper, {.in = null.get(), .out = null.get(), .err = null.get(), .extra = file->get()});
  if (!spawned) {
    clean_up(start.run);
    return spawned.error();
  }
  return spawned->pid;
}

void AgentRunner::adopt(RunId id, const Agent& agent, const Operation& operation) {
  Run& run = runs_[id];
  run.agent = resolved(agent);
  run.operation = operation;
  run.timer = loop_.call_after(base::Milliseconds(0), [this, id] { look(id); });
}

void AgentRunner::look(RunId id) {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return;
  Run& run = found->second;
  run.watch.cancel();
  run.keeper = 0;
  base::Result<RunFile> file = read_run_file(run_path(id));
  if (file && file->kept && file->keeper != 0) {
    base::Result<daemon::Watch> watch =
        loop_.on_process_exit(file->keeper, [this, id] { look(id); });
    // Had it ended before it was watched, the lock would be free now.
    const base::Result<RunFile> again = read_run_file(run_path(id));
    if (watch && again && again->kept) {
      run.keeper = file->keeper;
      run.watch = std::move(*watch);
      return;
    }
    file = again;
  }
  if (file && file->kept) {
    run.timer = loop_.call_after(kKeeperStart, [this, id] { look(id); });
  } else if (file && file->outcome) {
    finish(id, agent_result(run.agent, run.operation, *file->outcome));
  } else {
    if (file && file->keeper != 0) kill_session_of_dead(file->keeper);
    lose(id);
  }
}

void AgentRunner::stop(RunId id, bool abandoned) {
  const auto found = runs_.find(id);
  if (found == runs_.end()) return;
  const pid_t keeper = found->second.keeper;
  if (keeper != 0) kill(keeper, abandoned ? SIGKILL : SIGTERM);
  if (!abandoned) return;
  if (keeper != 0) kill_session(keeper);
  runs_.erase(found);
  clean_up(id);
}

void AgentRunner::clean_up(RunId run) {
  unlink(base::cat(settings_.run_folder, "/", run.value()).c_str());
}

void AgentRunner::clean_up_except(const std::vector<RunId>& runs) {
  std::error_code error;
  std::vector<fs::path> stale;
  for (const fs::directory_entry& entry : fs::directory_iterator(settings_.run_folder, error)) {
    const auto number = base::parse_integer<std::uint64_t>(entry.path().filename().string());
    if (number && std::find(runs.begin(), runs.end(), RunId(*number)) == runs.end()) {
      stale.push_back(entry.path());
    }
  }
  for (const fs::path& path : stale) unlink(path.c_str());
}

void AgentRunner::finish_soon(RunId id, AgentResult result) {
  runs_.at(id).timer = loop_.call_after(
      base::Milliseconds(0), [this, id, result = std::move(result)] { finish(id, result); });
}

void AgentRunner::finish(RunId id, const AgentResult& result) {
  const auto ended = runs_.extract(id);  // It may own the result: kept until that was told.
  if (!ended.empty()) handlers_.ended(id, result);
}

void AgentRunner::lose(RunId id) {
  if (runs_.erase(id) > 0) handlers_.lost(id);
}

}  // namespace systole::executor
