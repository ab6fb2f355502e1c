#include "crmd/shell/agent_catalogue.h"

#include <utility>

#include "crmd/shell/agent_traits.h"
#include "lib/base/log.h"
#include "lib/ocf/metadata_source.h"

namespace systole::crmd {
namespace {

using base::log;
using base::LogLevel;

const std::vector<std::string> kEnvironment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};

/// Of the other standards no agent reloads or has parameters of its own.
constexpr std::string_view kStandardWithTraits = "ocf";

}  // namespace

void AgentCatalogue::prefetch(const ocf::AgentName& agent) {
  const std::string name = ocf::to_string(agent);
  Entry& entry = entries_[name];
  if (entry.asking || entry.traits || agent.standard != kStandardWithTraits) return;
  const auto asked = ocf::fetch_metadata(
      runner_, agent, kEnvironment,
      [this, name](const base::Result<ocf::Metadata>& metadata) { answered(name, metadata); });
  // A missing agent is told by the result of its operation.
  entry.asking = asked.ok();
}

void AgentCatalogue::when_known(const ocf::AgentName& agent, Known known) {
  const std::string name = ocf::to_string(agent);
  if (!entries_.contains(name)) prefetch(agent);
  Entry& entry = entries_[name];
  if (entry.asking) {
    entry.waiting.push_back(std::move(known));
  } else {
    known(entry.traits);
  }
}

void AgentCatalogue::answered(const std::string& name,
                              const base::Result<ocf::Metadata>& metadata) {
  Entry& entry = entries_[name];
  entry.asking = false;
  if (metadata) {
    entry.traits = agent_traits(*metadata);
  } else {
    log(LogLevel::kWarning, "Agent ", name,
        " does not tell its metadata: ", metadata.error().message);
  }
  const std::optional<AgentTraits> answer = entry.traits;
  for (const Known& known : std::exchange(entry.waiting, {})) known(answer);
}

}  // namespace systole::crmd
