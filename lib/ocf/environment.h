#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/ocf/agent.h"

namespace systole::ocf {

/// An action of an OCF agent, as far as its environment shows it.
struct EnvironmentRequest {
  AgentName agent{};
  std::string resource{};
  /// Instance attributes and CRM_meta_* of the operation, by name.
  std::vector<std::pair<std::string, std::string>> parameters{};
  std::string ocf_root = "/usr/lib/ocf";
};

/// Prefix of a line on stderr by which an agent says why it failed (OCF 1.1, "Exit reason").
inline constexpr std::string_view kExitReasonPrefix = "ocf-exit-reason:";

/// The environment of the action: the daemon's own without what concerns only the daemon, and the
/// variables of OCF Resource Agent API 1.1 (section "Environment variables"). Each name occurs
/// once. Parameters whose name no variable can have (empty, or with '=' or NUL) are left out.
std::vector<std::string> ocf_environment(const EnvironmentRequest& request,
                                         const std::vector<std::string>& inherited);

/// The daemon's own environment without what concerns only the daemon: what agents of other
/// standards get.
std::vector<std::string> plain_environment(const std::vector<std::string>& inherited);

/// The same with variables of the program's own, which replace inherited ones of their names. Each
/// of them occurs once: the last one given. Names that no variable can have are left out.
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& own,
    const std::vector<std::string>& inherited);

}  // namespace systole::ocf
