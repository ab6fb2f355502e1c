#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/ocf/agent.h"
#include "lib/ocf/metadata.h"
#include "lib/process/command.h"

namespace systole::process {
class Runner;
}

namespace systole::ocf {

/// How an agent is asked for its metadata: OCF agents with the action meta-data, fence agents with
/// `action=metadata` on stdin, plugins by their program. Errors as of agent_path(); kUnsupported
/// for init scripts.
base::Result<process::Command> metadata_command(const AgentName& agent,
                                                const std::vector<std::string>& inherited,
                                                const AgentRoots& roots = {});

/// The text that an agent printed as its metadata. kInternal when it ended with an error, kTimeout.
base::Result<std::string> metadata_text(const AgentName& agent, const process::Outcome& outcome);

/// Asks an agent and waits, 30 s at most. For tools.
base::Result<std::string> read_metadata_text(const AgentName& agent,
                                             const std::vector<std::string>& inherited,
                                             const AgentRoots& roots = {});

/// Asks an agent beside the event loop of `runner`; `done` is called once, from the loop, unless an
/// error is returned.
base::Result<void> fetch_metadata(process::Runner& runner, const AgentName& agent,
                                  const std::vector<std::string>& inherited,
                                  std::function<void(base::Result<Metadata>)> done);

}  // namespace systole::ocf
