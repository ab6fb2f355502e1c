#include "lib/ocf/environment.h"

#include <algorithm>
#include <array>
#include <map>

#include "lib/base/strings.h"

namespace systole::ocf {
namespace {

/// Variables of the daemon's own: the notify socket and watchdog of systemd are the supervisor's,
/// and OCF variables would be those of some other resource.
constexpr std::array<std::string_view, 4> kDropped = {"NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_",
                                                      "OCF_"};

constexpr std::string_view kCheckLevel = "OCF_CHECK_LEVEL";

bool is_dropped(std::string_view variable) {
  return std::any_of(kDropped.begin(), kDropped.end(),
                     [&](std::string_view prefix) { return variable.starts_with(prefix); });
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.find('=') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

std::vector<std::string> joined(const std::map<std::string, std::string>& ours,
                                const std::vector<std::string>& inherited) {
  std::vector<std::string> environment = plain_environment(inherited);
  std::erase_if(environment, [&](const std::string& variable) {
    return ours.contains(variable.substr(0, variable.find('=')));
  });
  for (const auto& [name, value] : ours) environment.push_back(base::cat(name, "=", value));
  return environment;
}

}  // namespace

std::vector<std::string> plain_environment(const std::vector<std::string>& inherited) {
  std::vector<std::string> kept;
  for (const std::string& variable : inherited) {
    if (!is_dropped(variable)) kept.push_back(variable);
  }
  return kept;
}

std::vector<std::string> ocf_environment(const EnvironmentRequest& request,
                                         const std::vector<std::string>& inherited) {
  std::map<std::string, std::string> ours = {
      {"OCF_ROOT", request.ocf_root},
      {"OCF_RA_VERSION_MAJOR", "1"},
      {"OCF_RA_VERSION_MINOR", "1"},
      {"OCF_RESOURCE_INSTANCE", request.resource},
      {"OCF_RESOURCE_TYPE", request.agent.type},
      {"OCF_RESOURCE_PROVIDER", request.agent.provider},
      {"OCF_EXIT_REASON_PREFIX", std::string(kExitReasonPrefix)},
  };
  for (const auto& [name, value] : request.parameters) {
    if (!is_variable_name(name) || value.find('\0') != std::string::npos) continue;
    ours[name == kCheckLevel ? name : base::cat("OCF_RESKEY_", name)] = value;
  }
  return joined(ours, inherited);
}

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& own,
    const std::vector<std::string>& inherited) {
  std::map<std::string, std::string> ours;
  for (const auto& [name, value] : own) {
    if (is_variable_name(name) && value.find('\0') == std::string::npos) ours[name] = value;
  }
  return joined(ours, inherited);
}

}  // namespace systole::ocf
