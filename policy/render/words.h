#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/render/options.h"
#include "policy/status/status.h"

/// The words that status lists are made of.
namespace systole::policy::render {

/// "Started"; inside a promotable clone what is started and not promoted is "Unpromoted".
std::string_view role_word(const Status& status, RscId rsc, Role role);

/// What an unfinished operation does: "Starting"; empty for one that changes nothing.
std::string_view pending_word(const Resource& rsc);
/// Whether the unfinished operation is a recurring monitor.
bool is_monitor_pending(const Resource& rsc);

/// "not installed", where the failure is that of a probe which found that the resource cannot run
/// on the node at all; nothing for other failures.
std::optional<std::string> probe_failure(const FailedOperation& failure,
                                         const ListOptions& options);

/// "ocf:heartbeat:IPaddr2".
std::string agent_text(const model::Agent& agent);

/// The name under which a list shows the resource: instances that cannot be told apart have no
/// number.
model::Text shown_name(const Resource& rsc);

/// The role that the configuration asks for, where it asks for less than running as well as it can.
std::optional<Role> restricted_role(const Status& status, RscId rsc);

/// Whether the configuration keeps it from running as well as it can.
bool is_disabled(const Status& status, RscId rsc);

/// Places in `names` sorted as people sort: runs of digits by their value, case ignored.
void sort_naturally(std::vector<std::string>& names);

/// "[ a b c ]".
std::string bracketed(const std::vector<std::string>& names);

/// Why the cluster leaves a resource alone that is not managed.
std::string_view unmanaged_word(const Resource& rsc, const ListOptions& options);

}  // namespace systole::policy::render
