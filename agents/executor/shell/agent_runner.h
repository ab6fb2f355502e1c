#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agents/executor/core/effect.h"
#include "agents/executor/shell/fence_devices.h"
#include "agents/executor/shell/unit_manager.h"
#include "lib/daemon/event_loop.h"
#include "lib/ocf/agent.h"
#include "lib/ocf/secrets.h"
#include "lib/process/command.h"
#include "lib/process/unique_fd.h"

namespace systole::executor {

struct AgentRunnerSettings {
  std::string run_folder{};   ///< of the run files; exists
  std::string keeper_path{};  ///< the program systole-agent-keeper
  std::vector<std::string> environment{};
  std::string working_directory = "/var/lib/pacemaker/cores";
  std::string secrets_folder{ocf::kSecretsFolder};
  base::Milliseconds grace{500};  ///< between SIGTERM and SIGKILL
  ocf::AgentRoots roots{};
};

/// Runs agents through keepers. Each start() and adopt() is answered by one call of `ended` or
/// `lost`, from the event loop and never from within, unless the run is abandoned.
class AgentRunner {
 public:
  struct Handlers {
    std::function<void(RunId, const AgentResult&)> ended;
    std::function<void(RunId)> lost;
  };

  /// What runs resources that have no program; either may be nullptr.
  struct Managers {
    FenceDevices* fence_devices = nullptr;
    UnitManager* units = nullptr;
  };

  /// Everything handed in by reference outlives this.
  AgentRunner(daemon::EventLoop& loop, AgentRunnerSettings settings, Managers managers,
              Handlers handlers);

  void start(const StartAgent& asked);
  /// Takes up a run that an earlier process started.
  void adopt(RunId run, const Agent& agent, const Operation& operation);
  void stop(RunId run, bool abandoned);
  /// Removes what is left of a run; called when its result is safe elsewhere.
  void clean_up(RunId run);
  /// Removes the files of all runs but these.
  void clean_up_except(const std::vector<RunId>& runs);

 private:
  struct Run {
    Agent agent{};
    Operation operation{};
    pid_t keeper = 0;
    process::UniqueFd unnamed_file{};  ///< when there was no room in the run folder
    daemon::Watch watch{};
    daemon::Timer timer{};
  };

  Agent resolved(const Agent& agent) const;
  std::string run_path(RunId run) const;
  base::Result<process::UniqueFd> make_run_file(RunId run);
  void start_program(const StartAgent& start);
  base::Result<pid_t> start_keeper(const StartAgent& start, const std::string& path);
  void finish_soon(RunId run, AgentResult result);
  void finish(RunId run, const AgentResult& result);
  void lose(RunId run);
  void look(RunId run);

  daemon::EventLoop& loop_;
  AgentRunnerSettings settings_;
  Managers managers_;
  Handlers handlers_;
  std::map<RunId, Run> runs_;
};

}  // namespace systole::executor
