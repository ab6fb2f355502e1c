#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencing/core/action.h"
#include "lib/base/result.h"

namespace systole::fencing {

using base::Errc;
using base::Result;
using std::chrono::milliseconds;

/// What an agent's metadata says it can do.
struct AgentCapabilities {
  bool known = false;  ///< false until the metadata was read; everything is then assumed possible
  bool list = true;
  bool status = true;
  bool reboot = true;
  bool on = true;
  bool plug = false;          ///< takes the target in "plug"
  bool port = false;          ///< takes the target in "port"
  bool automatic_on = false;  ///< "on" is unfencing, and the cluster does it by itself
  bool on_on_target = false;  ///< "on" must run on the node that it is for
  bool operator==(const AgentCapabilities&) const = default;
};

/// The node that an action is for.
struct Target {
  std::string name;                     ///< empty for an action on the device itself
  std::optional<std::uint32_t> nodeid;  ///< Corosync's number where it is known
};

/// How a device knows whom it can fence (pcmk_host_check).
enum class HostCheck { kStaticList, kDynamicList, kStatus, kNone };

/// Where a device was defined; the CIB's follow the CIB, the API's stay until removed.
enum class DeviceSource { kCib, kApi };

/// A fence device as configured: the id, the agent and its parameters. Values are text as the user
/// wrote them; the functions below interpret them.
struct Device {
  std::string id;
  std::string agent;
  std::string agent_namespace = "stonith-ng";
  std::map<std::string, std::string> parameters;
  AgentCapabilities capabilities;
  DeviceSource source = DeviceSource::kCib;
  bool operator==(const Device&) const = default;

  /// The parameter's value, or an empty text.
  std::string_view parameter(std::string_view name) const;

  /// pcmk_host_check, or the default that follows from the other parameters and the agent.
  HostCheck host_check() const;

  /// True when pcmk_host_list or pcmk_host_map names `target` (names are compared without case).
  bool lists_target(std::string_view target) const;

  /// The name under which the device knows `target` (pcmk_host_map), or `target` itself.
  std::string port_of(std::string_view target) const;

  /// pcmk_<action>_timeout, or `fallback`.
  milliseconds timeout_of(Action action, milliseconds fallback) const;
  bool has_own_timeout(Action action) const;

  /// How often an action may be run in all (pcmk_<action>_retries).
  int tries_of(Action action) const;

  /// pcmk_delay_base for `target`, and the bound of base plus random part (pcmk_delay_max).
  milliseconds delay_base(std::string_view target) const;
  milliseconds delay_max() const;

  /// The delay to wait before fencing `target`; `random` is any number.
  milliseconds delay_for(std::string_view target, std::uint64_t random) const;

  /// How many actions may run at once on this node (pcmk_action_limit); nothing = no limit.
  std::optional<int> action_limit() const;

  /// The action that the agent is really asked for: an agent without reboot gets off.
  Action effective_action(Action action) const;

  /// What goes to the agent's standard input, name to value (fence-agents API).
  std::map<std::string, std::string> agent_input(Action action, const Target& target) const;
};

/// The host=alias pairs of pcmk_host_map ("node1:1;node2:2,3", backslash escapes) or of a per-host
/// pcmk_delay_base.
std::map<std::string, std::string> parse_host_map(std::string_view text);

/// The names in pcmk_host_list or in an agent's list output: separated by white space, commas or
/// semicolons; lines with "invalid" or "variable" are left out.
std::vector<std::string> parse_host_list(std::string_view text);

/// Refuses a device without id or agent, or with an agent that is no plain file name.
Result<void> check_device(const Device& device);

}  // namespace systole::fencing
