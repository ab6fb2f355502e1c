#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace systole::ocf {

/// Which agent: ocf:heartbeat:IPaddr2, lsb:nginx, stonith:fence_apc, systemd:nginx, service:nginx.
struct AgentName {
  std::string standard{};
  std::string provider{};  ///< only of standard ocf
  std::string type{};
  bool operator==(const AgentName&) const = default;
};

/// Reads "standard:provider:type" (ocf) or "standard:type" (others). kInvalidArgument for other
/// text.
base::Result<AgentName> parse_agent_name(std::string_view text);
std::string to_string(const AgentName& agent);

/// Where agents live.
struct AgentRoots {
  std::string ocf = "/usr/lib/ocf";  ///< $OCF_ROOT; agents are in resource.d/PROVIDER/TYPE
  std::string lsb = "/etc/init.d";
  std::string fence = "/usr/sbin";  ///< files called fence_*, and stonith for plugins
  /// Unit files of systemd, first match first.
  std::vector<std::string> units = {"/etc/systemd/system", "/run/systemd/system",
                                    "/lib/systemd/system", "/usr/lib/systemd/system"};
};

/// The program of an agent, whether it exists or not. kInvalidArgument for names that no file can
/// have (with a slash, or beginning with a dot), kUnsupported for standards whose agents are no
/// programs.
base::Result<std::string> agent_path(const AgentName& agent, const AgentRoots& roots = {});

/// The standards of which there are agents that are programs, sorted: lsb, ocf, stonith.
std::vector<std::string> list_standards(const AgentRoots& roots = {});
/// The providers of OCF agents, sorted.
std::vector<std::string> list_providers(const AgentRoots& roots = {});
/// The types of the agents of a standard (and, of ocf, a provider; all when empty), sorted, each
/// once; of stonith, plugins come before fence agents. kUnsupported for other standards.
base::Result<std::vector<std::string>> list_agents(std::string_view standard,
                                                   std::string_view provider,
                                                   const AgentRoots& roots = {});

}  // namespace systole::ocf
