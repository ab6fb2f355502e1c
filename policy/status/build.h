#pragma once

#include <optional>
#include <string_view>

#include "policy/status/status.h"

/// The steps by which a Status is built, in the order in which read_status() takes them.
namespace systole::policy {

void read_nodes(Status& status);
void read_resources(Status& status);
void read_node_states(Status& status);
void read_histories(Status& status);

NodeId add_node(Status& status, model::Text name, model::Text id, NodeKind kind);

/// Adds a resource (with everything below it) as configured. `instance` is the number inside the
/// clone around it, -1 outside of clones. Nothing where the configuration makes no sense.
std::optional<RscId> add_resource(Status& status, const model::ResourceConfig& config,
                                  std::optional<RscId> parent, int instance);
/// Adds one more instance to a clone.
RscId add_clone_instance(Status& status, RscId clone);
/// Adds what a bundle implies: containers, addresses, connections and what runs inside.
bool add_bundle_parts(Status& status, RscId bundle);
/// Adds a resource of a history that the configuration does not know.
RscId add_removed_resource(Status& status, const model::HistoryResource& entry);

/// Notes that `rsc` runs inside of `launcher`, unless that already runs inside of `rsc`.
void set_launcher(Status& status, RscId rsc, RscId launcher);

/// Enters all known nodes into the tables of `rsc` as configured for new resources.
void enter_known_nodes(Status& status, RscId rsc);

/// Adds `score` for `node` in the tables of `rsc` and all its descendants.
struct Adjustment {
  base::Score score;
  ScoreWhy why;
};
void adjust(Status& status, RscId rsc, NodeId node, const Adjustment& adjustment);
void adjust_everywhere(Status& status, RscId rsc, const Adjustment& adjustment);

/// Marks the node as one that only fencing makes certain. The first reason stays.
void request_fence(Status& status, NodeId node, std::string_view reason, bool delayed = false);

/// Limits the role that is aimed at to what target-role says.
void apply_target_role(Status& status, RscId rsc);

/// The online state of a remote or guest node from that of its connection.
void determine_remote_online(Status& status, NodeId node);

/// Completes the state of a remote or guest node once that of its connection is known.
void read_connected_state(Status& status, NodeId node);

/// Lists `node` among those where `rsc` and what is around it is active.
void add_active_node(Status& status, RscId rsc, NodeId node);

/// Keeps `text` as long as the status lives.
std::string_view keep(Status& status, std::string_view text);

}  // namespace systole::policy
