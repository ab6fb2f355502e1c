#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "policy/status/status.h"

namespace systole::policy {

/// The context for rules that see the time alone.
RuleContext time_context(const Status& status);

/// The outermost resource around `rsc`; for what runs inside a bundle, its clone unless
/// `through_bundles`.
RscId top_of(const Status& status, RscId rsc, bool through_bundles = false);
/// The clone around `rsc`, or `rsc` itself if it is one.
std::optional<RscId> clone_of(const Status& status, RscId rsc);
std::optional<RscId> bundle_of(const Status& status, RscId rsc);
bool is_ancestor(const Status& status, RscId ancestor, RscId rsc);
bool in_promotable(const Status& status, RscId rsc);
bool in_anonymous_clone(const Status& status, RscId rsc);

/// Calls `visit` for each primitive in `rsc`, itself included, in order.
void for_each_primitive(const Status& status, RscId rsc, const std::function<void(RscId)>& visit);

/// The node that counts as the present one where a resource is active on several, and how many of
/// the nodes are sound.
struct CurrentNode {
  std::optional<NodeId> node;
  std::size_t active = 0;
  std::size_t clean = 0;
};
CurrentNode current_node(const Status& status, RscId rsc);
/// The same with what is known of nodes by now.
CurrentNode current_node(const Status& status, RscId rsc,
                         const std::function<bool(NodeId)>& is_sound);

bool is_active_on(const Resource& rsc, NodeId node);
bool is_known_on(const Resource& rsc, NodeId node);
/// Whether what is listed on `node` of a primitive counts as running there: on a node that is
/// surely down it does not, unless nobody manages it.
bool is_running_on(const Status& status, const Resource& primitive, NodeId node);

/// Active as a whole (`all`), or any part of it.
bool is_active(const Status& status, RscId rsc, bool all);

/// Whether the engine can have a node fenced.
bool can_fence(const Status& status, NodeId node);
/// The same with `online` as it is known by now: placement brings remote nodes up.
bool can_fence(const Status& status, NodeId node, bool online);

/// The resource that `id` names, in configurations or histories.
std::optional<RscId> find_resource(const Status& status, std::string_view id);

/// The operation configured for a name and interval; `enabled_only` leaves out disabled ones.
const model::OperationConfig* find_operation(const Resource& rsc, std::string_view name,
                                             std::int64_t interval_ms, bool enabled_only = false);
/// Whether the `enabled` attribute of an operation allows it.
bool is_enabled(const model::OperationConfig& op);

/// The container of the guest node that `connection` leads to.
std::optional<RscId> container_of_node(const Status& status, NodeId node);

/// Whether `rsc` launches the connection to a guest node.
bool is_guest_container(const Status& status, RscId rsc);

/// Parameters of the resource's agent, as they are on `node` (or on none).
AttributeTable parameters_on(const Status& status, RscId rsc, std::optional<NodeId> node);

/// Marks the earliest instant at which the plan can change by time alone.
void note_change(Status& status, std::int64_t seconds);

}  // namespace systole::policy
