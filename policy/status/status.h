#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lib/model/snapshot.h"
#include "policy/rules/attribute_table.h"
#include "policy/rules/rules.h"
#include "policy/status/options.h"
#include "policy/status/remarks.h"
#include "policy/status/score_ledger.h"
#include "policy/status/score_tables.h"
#include "policy/status/types.h"

namespace systole::policy {

/// A node and what is known of it.
struct Node {
  model::Text name;
  model::Text id;
  NodeKind kind = NodeKind::kCluster;
  base::Score base_score;  ///< that tables start from; -INFINITY once it is offline or leaving
  bool online = false;
  bool pending = false;  ///< seen by Corosync, its controller has not joined yet
  bool unclean = false;  ///< in an unknown state; fencing would make it certain
  bool unseen = true;    ///< no state was ever recorded
  bool standby = false;
  bool standby_on_fail = false;
  bool maintenance = false;
  bool shutdown = false;  ///< asked to leave
  bool is_dc = false;
  bool needs_reset = false;         ///< a guest whose container must be restarted
  bool fenced_since_start = false;  ///< a remote node, since it was last connected
  bool was_in_maintenance = false;  ///< a remote node, as its connection knows it
  bool discovery = true;            ///< resources may be probed here
  bool probe_nothing = false;       ///< no resource but its own may run here (bundles)
  bool history_read = false;
  bool fence_delayed = false;  ///< lost from membership: the priority fencing delay applies
  AttributeTable attributes;
  AttributeTable utilization;
  std::vector<RscId> active;        ///< primitives, in the order in which they were found
  std::optional<RscId> connection;  ///< of a remote, guest or bundle node
  std::string_view fence_reason;    ///< empty: fencing was never asked for
  const model::NodeState* state = nullptr;

  bool is_remote_kind() const { return kind != NodeKind::kCluster; }
  bool is_guest() const { return kind == NodeKind::kGuest || kind == NodeKind::kBundle; }
  /// May be given resources.
  bool available() const { return online && !shutdown && !unclean && !standby && !maintenance; }
};

struct CloneTraits {
  int max = 1;
  int node_max = 1;
  int promoted_max = 0;
  int promoted_node_max = 0;
  bool promotable = false;
  bool interleave = false;
  bool ordered = false;
  bool notify = false;
};

/// One copy of a bundle.
struct Replica {
  int number = 0;
  RscId container;
  std::optional<RscId> address;
  std::optional<RscId> connection;
  std::optional<RscId> instance;
  std::optional<NodeId> node;
  model::Text ip;
};

struct BundleTraits {
  int replicas_per_host = 1;
  int promoted_max = 0;
  std::vector<Replica> replicas;
  std::optional<RscId> inner;  ///< the clone of what runs inside
};

/// A recorded operation that failed, for people.
struct FailedOperation {
  RscId resource;
  NodeId node;
  const model::HistoryOperation* operation = nullptr;
  int rc = 0;
  int status = 0;
};

/// What a node reported about a resource.
struct HistoryLink {
  NodeId node;
  const model::HistoryResource* entry = nullptr;
};

/// A configured resource, an instance of one, or one that is no longer configured but was found.
struct Resource {
  model::Text id;       ///< with the number of the instance
  model::Text base_id;  ///< as configured
  const model::ResourceConfig* config = nullptr;
  model::ResourceKind kind = model::ResourceKind::kPrimitive;
  model::Agent agent;
  std::optional<RscId> parent;
  std::vector<RscId> children;
  int instance = -1;  ///< number inside a clone
  AttributeTable meta;
  AttributeTable utilization;
  CloneTraits clone;
  BundleTraits bundle;

  bool ordered = true;     ///< group: members start one after another
  bool collocated = true;  ///< group: members run on one node
  bool unique = true;
  bool removed = false;   ///< not in the configuration any more, or beyond clone-max
  bool internal = false;  ///< implied by another resource's configuration
  bool managed = true;
  bool maintenance = false;
  bool blocked = false;
  bool failed = false;
  bool failure_ignored = false;
  bool must_stop = false;  ///< its failure is cured by a stop
  bool start_pending = false;
  bool allow_migrate = false;
  bool critical = true;
  bool allow_unhealthy = false;
  bool exclusive_discovery = false;
  bool attributes_of_host = false;  ///< container-attribute-target=host
  bool is_remote_connection = false;

  base::Score priority;
  base::Score stickiness;
  base::Score migration_threshold = base::Score::infinity();
  std::int64_t failure_timeout_ms = 0;
  std::int64_t reconnect_interval_ms = 0;
  Requires need = Requires::kQuorum;
  MultipleActive multiple_active = MultipleActive::kStopStart;

  Role role = Role::kStopped;
  Role next_role = Role::kUnknown;
  std::vector<NodeId> active_on;  ///< in the order in which it was found
  std::vector<NodeId> known_on;   ///< nodes whose history tells its state
  std::vector<HistoryLink> history;
  model::Text alias;  ///< its name in histories where it differs from `id`

  model::Text pending_task;
  std::optional<NodeId> pending_node;
  std::optional<NodeId> partial_source;  ///< a live migration is under way from here
  std::optional<NodeId> partial_target;
  std::vector<NodeId> dangling_sources;  ///< migrated away, but never stopped there
  std::optional<NodeId> lock_node;
  std::int64_t lock_time = 0;
  std::vector<NodeId> probe_failed_on;

  std::optional<RscId> launcher;  ///< the container that this one lives in
  std::vector<RscId> launched;
  std::optional<NodeId> remote_node;  ///< the node that this connection leads to

  bool is_primitive() const { return kind == model::ResourceKind::kPrimitive; }
  bool is_group() const { return kind == model::ResourceKind::kGroup; }
  bool is_clone() const { return kind == model::ResourceKind::kClone; }
  bool is_bundle() const { return kind == model::ResourceKind::kBundle; }
  bool is_fence_device() const { return agent.standard == "stonith"; }
  bool needs_fencing() const { return need == Requires::kFencing || need == Requires::kUnfencing; }
  /// The name under which histories and failure counts know it.
  model::Text history_name() const { return alias.empty() ? id : alias; }
};

/// Something that the reading of the status found must be done, in the order found.
struct Demand {
  enum class Kind : std::uint8_t {
    kStop,          ///< stop the resource on the node
    kStopUnneeded,  ///< an earlier kStop there was a mistake: it does not run there
    kDemote,
    kRecurring,      ///< this recurring operation runs there
    kClearFailures,  ///< forget the failure count
    kEraseLock,      ///< erase the recorded history, and the shutdown lock with it
  };
  Kind kind = Kind::kStop;
  RscId resource;
  NodeId node;
  model::Text operation;
  std::int64_t interval_ms = 0;
  std::string_view reason;
};

/// What there is and how it is: the snapshot resolved to nodes and resources. Points into its
/// Snapshot, which must outlive it.
struct Status {
  const model::Snapshot* snapshot = nullptr;
  ClusterOptions options;
  bool quorate = false;
  bool fencing_possible = false;  ///< a device exists
  bool unfencing_in_use = false;
  bool has_remote_nodes = false;

  std::vector<Node> nodes;
  std::vector<NodeId> node_order;  ///< by name, as people sort
  std::vector<Resource> resources;
  std::vector<RscId> top_level;  ///< highest priority first
  ScoreTables tables;
  ScoreLedger ledger;
  Remarks remarks;
  std::vector<Demand> demands;
  std::vector<NodeId> fence_order;  ///< nodes in the order in which fencing was asked for
  std::vector<FailedOperation> failures;
  /// Recurring operations whose failure expired: they must be started anew.
  std::unordered_set<const model::HistoryOperation*> expired;
  std::unordered_map<std::string_view, model::TicketState> tickets;
  NextChange next_change;
  int spare_resources = 0;       ///< of copies beyond one for each node
  std::vector<RscId> curtailed;  ///< clones and bundles of more copies than are made

  std::unordered_map<std::string_view, RscId> by_id;
  std::unordered_map<std::string_view, RscId> by_alias;
  std::unordered_map<std::string_view, NodeId> node_by_id;
  std::unordered_map<std::string_view, NodeId> node_by_name;

  /// What was made up rather than read: configurations of implied resources, and text.
  std::shared_ptr<std::deque<model::ResourceConfig>> implied =
      std::make_shared<std::deque<model::ResourceConfig>>();
  std::shared_ptr<model::TextPool> pool = std::make_shared<model::TextPool>();

  const Resource& resource(RscId id) const { return resources[id.value()]; }
  Resource& resource(RscId id) { return resources[id.value()]; }
  const Node& node(NodeId id) const { return nodes[id.value()]; }
  Node& node(NodeId id) { return nodes[id.value()]; }
};

/// Reads the status of `snapshot`.
Status read_status(const model::Snapshot& snapshot, Reasons reasons = Reasons::kNone);

}  // namespace systole::policy
