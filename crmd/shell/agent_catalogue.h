#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crmd/core/operation.h"
#include "lib/base/result.h"
#include "lib/ocf/agent.h"
#include "lib/ocf/metadata.h"
#include "lib/process/runner.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::crmd {

/// What the agents on this node say of themselves. Each agent's metadata is asked for once, beside
/// the event loop.
class AgentCatalogue {
 public:
  using Known = std::function<void(const std::optional<AgentTraits>&)>;

  explicit AgentCatalogue(daemon::EventLoop& loop) : runner_(loop) {}

  /// Begins to ask when the agent's traits are not known; one that could not tell is asked again.
  void prefetch(const ocf::AgentName& agent);

  /// Calls `known` with the agent's traits, now or later, in the order of the calls for one agent;
  /// with nothing where its metadata cannot be had (or its standard has none).
  void when_known(const ocf::AgentName& agent, Known known);

 private:
  struct Entry {
    bool asking = false;
    std::optional<AgentTraits> traits;
    std::vector<Known> waiting;
  };

  void answered(const std::string& name, const base::Result<ocf::Metadata>& metadata);

  process::Runner runner_;
  std::map<std::string, Entry> entries_;  ///< by "standard:provider:type"
};

}  // namespace systole::crmd
