#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/output.h"
#include "lib/ocf/agent.h"

namespace systole::crmd::crm_resource {

/// An action of an agent that a tool runs itself, without the cluster.
struct AgentAction {
  std::string command;   ///< what the user asked for: "force-check"
  std::string action;    ///< what the agent is told: "monitor"
  std::string resource;  ///< as the user named it; empty for a configuration without one
  ocf::AgentName agent;
  /// Instance attributes, and CRM_meta_* of the operation.
  std::vector<std::pair<std::string, std::string>> parameters;
  /// Given by the user for this run.
  std::vector<std::pair<std::string, std::string>> overrides = {};
  std::chrono::milliseconds timeout{20000};
  /// Show what the agent prints even when it succeeds, and trace it.
  bool verbose = false;
};

/// Runs it on this host and reports how it went. Returns the agent's code as the exit code.
cli::ExitCode run_agent(const AgentAction& action, cli::Output& output);

/// The environment of this process, as agents inherit it.
std::vector<std::string> own_environment();

}  // namespace systole::crmd::crm_resource
