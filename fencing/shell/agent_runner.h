#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fencing/core/effect.h"
#include "lib/process/runner.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::fencing {

/// Runs fence agents (fence-agents API): parameters as lines on standard input, the whole process
/// group killed at the timeout.
class AgentRunner {
 public:
  using Finished = std::function<void(RunId, ActionResult)>;
  using Described = std::function<void(const std::string& agent, AgentCapabilities)>;

  /// `folder` is where the programs fence_* are. `finished` is called from the loop, once for each
  /// run that is not killed.
  AgentRunner(daemon::EventLoop& loop, std::string folder, Finished finished);

  void run(const RunAgent& order);
  void kill(RunId run);

  /// Reads the agent's metadata, once per agent; `described` is called from the loop. An agent that
  /// has none is asked again the next time.
  void describe(const std::string& agent, Described described);

  /// What is known of the agent.
  AgentCapabilities capabilities(const std::string& agent) const;

 private:
  void ended(const RunAgent& order, const process::Outcome& outcome);
  std::string program(const std::string& agent) const;

  daemon::EventLoop& loop_;
  std::string folder_;
  Finished finished_;
  process::Runner runner_;
  std::vector<std::string> environment_;
  std::map<RunId, process::RunNumber> running_;
  std::map<std::string, AgentCapabilities> known_;
  std::map<std::string, bool> asking_;
};

/// What a run's end means. `order` names device, agent and action in the reason.
ActionResult judge_outcome(const RunAgent& order, const process::Outcome& outcome);

}  // namespace systole::fencing
