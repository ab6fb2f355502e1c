#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "policy/placement/colocation.h"
#include "policy/status/status.h"

namespace systole::policy {

/// What placement decided for a resource, and how it sees it by now.
struct PlacedResource {
  Role role = Role::kUnknown;       ///< what it does now
  Role next_role = Role::kUnknown;  ///< what it shall do
  bool managed = true;
  bool blocked = false;
  bool maintenance = false;
  bool assigned = false;
  bool exclusive_discovery = false;
  std::optional<NodeId> node;     ///< where it shall run
  std::optional<NodeId> current;  ///< where it runs, if that is one place
  std::optional<NodeId> lock_node;
  std::int64_t lock_time = 0;
  base::Score priority;
  base::Score promotion;        ///< the value by which instances compete for promotion
  std::vector<RscId> children;  ///< in the order of placement
};

/// A node as placement sees it by now: remote nodes follow their connections.
struct PlacedNode {
  bool online = false;
  bool unclean = false;
  bool unseen = false;
  bool shutdown = false;
  bool standby = false;
  bool maintenance = false;
  int load = 0;  ///< resources given to it
  std::vector<std::pair<model::Text, int>> capacity;

  bool available() const { return online && !shutdown && !unclean && !standby && !maintenance; }
};

/// One line of the score report; `node` is absent for instances without a place.
struct ScoreLine {
  enum class Kind : std::uint8_t { kPrimitive, kGroup, kClone, kBundle, kPromotion };
  Kind kind = Kind::kPrimitive;
  RscId resource;
  std::optional<NodeId> node;
  base::Score score;
};

/// One line of the utilization report.
struct UtilizationLine {
  enum class Kind : std::uint8_t { kOriginal, kRemaining, kAssigned };
  Kind kind = Kind::kOriginal;
  std::optional<RscId> resource;
  NodeId node;
  std::vector<std::pair<model::Text, int>> values;
  std::size_t score_lines = 0;  ///< how many of them were reported before this
};

/// Which instance goes where, in which role, and why.
struct Placement {
  std::vector<PlacedResource> resources;
  std::vector<PlacedNode> nodes;
  std::vector<RscId> order;  ///< top-level resources as they were placed
  ScoreTables tables;
  std::deque<Colocation> colocations;
  std::vector<ColocationList> this_with;           ///< by dependent
  std::vector<ColocationList> with_this;           ///< by primary
  ScoreLedger ledger;                              ///< kept if the status has kept one
  Remarks remarks;                                 ///< likewise
  std::vector<ScoreLine> score_lines;              ///< if the status asked for scores
  std::vector<UtilizationLine> utilization_lines;  ///< likewise
  std::vector<NodeId> ticket_fenced;               ///< nodes to be fenced because a ticket was lost
  /// Locks that their resources outlived: the histories are erased.
  std::vector<std::pair<RscId, NodeId>> released_locks;

  const PlacedResource& resource(RscId id) const { return resources[id.value()]; }
  PlacedResource& resource(RscId id) { return resources[id.value()]; }
  const PlacedNode& node(NodeId id) const { return nodes[id.value()]; }
  PlacedNode& node(NodeId id) { return nodes[id.value()]; }
};

Placement place(const Status& status);

}  // namespace systole::policy
