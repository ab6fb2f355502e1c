#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/ocf/agent.h"

namespace systole::ocf {

/// Metadata of a unit of systemd, made of its unit file: agents of this standard say nothing
/// themselves.
std::string unit_metadata(std::string_view name, std::string_view unit_file);

/// Metadata of an init script, made of the header between BEGIN INIT INFO and END INIT INFO (LSB
/// Core, "Comment Conventions for Init Scripts").
std::string init_script_metadata(std::string_view name, std::string_view script);

/// Metadata of a service of standard lsb, systemd or service, read from where it is installed.
/// kNoSuchFile when it is not.
base::Result<std::string> service_metadata(const AgentName& agent, const AgentRoots& roots = {});

/// Names of the services of systemd that are installed, sorted, without their suffix. Templates
/// need the name of an instance and are left out.
std::vector<std::string> list_units(const AgentRoots& roots = {});

}  // namespace systole::ocf
