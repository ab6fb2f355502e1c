#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/model/text.h"

namespace systole::model {

/// Who carries an action out.
enum class GraphActionKind : std::uint8_t {
  kResource,  ///< an executor runs an agent (`rsc_op`)
  kFence,     ///< the fencer (`crm_event`, operation stonith)
  kCluster,   ///< a controller itself: do_shutdown, clear_failcount, lrm_delete (`crm_event`)
  kPseudo,    ///< nobody; a point in the order (`pseudo_event`)
};

// There are many actions and few different texts, so they share those: the text of an action lives
// as long as its graph (`TransitionGraph::texts`) or is constant.

/// What names an action; all that an input repeats of it.
struct GraphActionHead {
  std::uint32_t id = 0;
  GraphActionKind kind = GraphActionKind::kPseudo;
  bool cib_only = false;  ///< lrm_delete: only the CIB's record is erased (`mode="cib"`)
  Text operation;         ///< start, stop, monitor, stonith ...
  Text key;               ///< operation_key, as the executor and the history know it
  Text internal_key;      ///< the plan's own key where it differs, else empty
  Text node;              ///< name; empty where the action has none
  Text node_uuid;
  Text router_node;  ///< the cluster node that reaches a remote one; empty: `node` itself
};

/// The resource of an action, as the executor is told (`primitive`).
struct GraphResource {
  Text id;
  Text long_id;  ///< empty where it would repeat `id`
  Text standard;
  Text provider;
  Text type;
};

/// What actions are told. Those that are told the same, as the probes of a resource are but for
/// their node, share it.
struct GraphAttributes {
  /// Parameters of the agent and CRM_meta_* of the action, sorted by name.
  std::vector<NameValue> named;
  /// Parameters whose names cannot be those of XML attributes.
  std::vector<NameValue> odd;
};

/// Attributes none of which has an odd name, and which are sorted.
std::shared_ptr<const GraphAttributes> make_attributes(std::vector<NameValue> named);

/// The attributes that tell an action its node.
inline constexpr Text kNodeAttribute = "CRM_meta_on_node";
inline constexpr Text kNodeUuidAttribute = "CRM_meta_on_node_uuid";

struct GraphAction : GraphActionHead {
  /// It is told its node (kNodeAttribute and kNodeUuidAttribute) beyond `attributes`, which then
  /// have no name from the one to the other.
  bool tells_node = false;
  std::optional<std::int64_t> shutdown_lock;          ///< seconds since the epoch
  std::shared_ptr<const GraphResource> resource;      ///< may be null
  std::shared_ptr<const GraphAttributes> attributes;  ///< may be null: none
  std::vector<Text> downed;                           ///< uuids of nodes that this takes down
  std::vector<std::pair<Text, bool>> maintenance;     ///< node uuid, in maintenance from now
};

/// Calls `use(name, value)` for each attribute of an action, in the order of their names, but for
/// those with odd names.
template <typename Use>
void for_each_attribute(const GraphAction& action, Use use) {
  bool node_is_due = action.tells_node;
  const auto use_node = [&] {
    use(kNodeAttribute, action.node);
    use(kNodeUuidAttribute, action.node_uuid);
    node_is_due = false;
  };
  if (action.attributes) {
    for (const auto& [name, value] : action.attributes->named) {
      if (node_is_due && name > kNodeAttribute) use_node();
      use(name, value);
    }
  }
  if (node_is_due) use_node();
}

/// The value of an attribute of an action, or `fallback`.
Text attribute_of(const GraphAction& action, std::string_view name, Text fallback = {});

/// An action and what must be done before it.
struct Synapse {
  int priority = 0;
  GraphAction action;
  std::vector<std::uint32_t> inputs;  ///< ids of actions, ascending
};

/// What to do, in which order. Synapses are in the order in which they are tried; their ids are
/// their places.
struct TransitionGraph {
  std::string cluster_delay = "60s";
  std::string stonith_timeout = "60s";
  std::string failed_stop_offset = "INFINITY";
  std::string failed_start_offset = "INFINITY";
  std::string batch_limit = "0";
  std::string migration_limit;  ///< empty: none
  std::uint32_t transition_id = 0;
  std::optional<std::int64_t> recheck_by;  ///< seconds since the epoch
  std::vector<Synapse> synapses;
  /// Inputs that no synapse provides; a graph with any can never be completed.
  std::vector<GraphActionHead> missing;
  /// Where the text of actions lives.
  std::vector<std::shared_ptr<const TextPool>> texts;
};

}  // namespace systole::model
