#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/model/configuration.h"
#include "lib/model/text.h"

namespace systole::model {

/// The feature set that this project speaks (Debian 12's).
inline constexpr std::string_view kFeatureSet = "3.16.1";

/// One recorded result (`lrm_rsc_op`). Numbers that are absent or unreadable are empty.
struct HistoryOperation {
  Text id;
  Text key;        ///< operation_key
  Text operation;  ///< monitor, start ...
  std::int64_t interval_ms = 0;
  std::optional<int> call_id;  ///< -1: pending
  std::optional<int> rc;
  std::optional<int> status;
  std::optional<std::int64_t> last_change;  ///< seconds since the epoch
  Text transition_key;
  Text transition_magic;
  Text digest;
  Text restart_digest;
  Text force_restart;  ///< names, separated by blanks
  bool has_force_restart = false;
  Text secure_digest;
  Text secure_params;
  Text exit_reason;
  bool has_exit_reason = false;  ///< old records have none, which is not the same as an empty one
  Text on_node;
  Text migrate_source;
  Text migrate_target;
  Text exec_time;
  Text queue_time;
};

/// What a node's executor reported about one resource (`lrm_resource`).
struct HistoryResource {
  Text id;
  Agent agent;
  Text container;
  std::int64_t shutdown_lock = 0;  ///< seconds since the epoch, 0: none
  std::vector<HistoryOperation> operations;
};

/// A `node_state`.
struct NodeState {
  Text id;
  Text name;
  Text in_ccm;
  Text crmd;
  Text join;
  Text expected;
  Text node_fenced;
  Text node_in_maintenance;
  bool remote = false;
  AttributeSets attributes;
  std::vector<HistoryResource> history;
};

struct TicketState {
  Text id;
  bool granted = false;
  bool standby = false;
};

/// Everything a plan depends on, in plain values. Copies share the text.
struct Snapshot {
  std::shared_ptr<TextPool> pool = std::make_shared<TextPool>();

  std::int64_t now = 0;                        ///< seconds since the epoch
  std::int32_t utc_offset = 0;                 ///< of local time, seconds east
  std::optional<std::int64_t> execution_date;  ///< recorded in the CIB; `now` follows it
  bool quorate = false;
  bool no_quorum_panic = false;
  Text dc_uuid;
  Text feature_set;
  /// The status is a record from a file: changes of parameters that only a live cluster knows in
  /// clear text (secure digests) are tolerated.
  bool from_file = false;

  AttributeSets cluster_properties;
  std::vector<NodeConfig> nodes;
  std::vector<ResourceConfig> resources;
  std::vector<ConfigId> top_level;  ///< document order
  AttributeSets resource_defaults;
  AttributeSets operation_defaults;
  std::vector<Text> templates;
  std::vector<Tag> tags;
  std::vector<Constraint> constraints;
  std::vector<TicketState> tickets;
  std::vector<NodeState> states;

  const ResourceConfig& resource(ConfigId id) const { return resources[id.value()]; }
};

}  // namespace systole::model
