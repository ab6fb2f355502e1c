#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/output.h"
#include "lib/ocf/agent.h"
#include "lib/ocf/secrets.h"

namespace systole::crmd::crm_resource {

/// An action of an agent that a tool runs itself, without the cluster.
struct AgentAction {
  std::string command;   ///< what the user asked for: "force-check"
  std::string action;    ///< what the agent is told: "monitor"
  std::string resource;  ///< as the user named it; empty for a configuration without one
  ocf::AgentName agent;
  ocf::AgentRoots roots = {};
  /// Instance attributes, and CRM_meta_* of the operation.
  std::vector<std::pair<std::string, std::string>> parameters;
  /// Given by the user for this run.
  std::vector<std::pair<std::string, std::string>> overrides = {};
  std::chrono::milliseconds timeout{20000};
  /// Where this node has the values of secret parameters.
  std::string secrets_folder{ocf::kSecretsFolder};
  /// Show what the agent prints even when it succeeds, and trace it.
  bool verbose = false;
};

/// Runs it on this host and reports how it went. Secret parameters get their values; where one is
/// not known nothing runs but a stop, which does without. Returns the agent's code as the exit
/// code.
cli::ExitCode run_agent(const AgentAction& action, cli::Output& output);

/// The environment of this process, as agents inherit it.
std::vector<std::string> own_environment();

}  // namespace systole::crmd::crm_resource
