#include "crmd/shell/agent_traits.h"

#include "lib/model/scalars.h"

namespace systole::crmd {
namespace {

/// Secret whether the metadata says so or not: agents older than the attribute `private` have it.
constexpr std::string_view kSecretName = "passwd";

constexpr std::string_view kReloadAgent = "reload-agent";
constexpr std::string_view kReload = "reload";

/// Since OCF 1.1 `reload` is about the service's own configuration files, which no change of the
/// cluster's configuration touches.
bool is_older_than_1_1(const ocf::Metadata& metadata) {
  return metadata.ocf_version.empty() || model::compare_versions(metadata.ocf_version, "1.1") < 0;
}

}  // namespace

bool is_reload(std::string_view task) {
  return task == kReloadAgent || task == kReload;
}

std::string_view reload_action(const std::optional<AgentTraits>& traits) {
  return traits && traits->reloads_by_old_name ? kReload : kReloadAgent;
}

AgentTraits agent_traits(const ocf::Metadata& metadata) {
  AgentTraits traits;
  const bool by_parameter = metadata.action(kReloadAgent) != nullptr;
  traits.reloads_by_old_name =
      !by_parameter && metadata.action(kReload) != nullptr && is_older_than_1_1(metadata);
  traits.reloads = by_parameter || traits.reloads_by_old_name;
  for (const ocf::ParameterMetadata& parameter : metadata.parameters) {
    const bool unique = parameter.unique || !parameter.unique_group.empty();
    if (by_parameter ? !parameter.reloadable : unique) traits.restart.push_back(parameter.name);
    if (parameter.secret || parameter.name == kSecretName) {
      traits.secrets.push_back(parameter.name);
    }
  }
  return traits;
}

}  // namespace systole::crmd
