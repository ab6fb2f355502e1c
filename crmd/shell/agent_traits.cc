#include "crmd/shell/agent_traits.h"

namespace systole::crmd {
namespace {

/// Secret whether the metadata says so or not: agents older than the attribute `private` have it.
constexpr std::string_view kSecretName = "passwd";

}  // namespace

AgentTraits agent_traits(const ocf::Metadata& metadata) {
  AgentTraits traits;
  const bool by_parameter = metadata.action("reload-agent") != nullptr;
  traits.reloads = by_parameter || metadata.action("reload") != nullptr;
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
