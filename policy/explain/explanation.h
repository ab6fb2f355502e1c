#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/plan.h"

/// Why a plan is as it is. Values without words: tools put them into text.
namespace systole::policy::explain {

/// One summand of a score, with what the causes alone do not say.
struct Contribution {
  ScoreEntry entry;
  base::Score sum;  ///< of all summands up to this one
  /// The recorded operation behind ScoreCause::kFailure.
  const model::HistoryOperation* operation = nullptr;
  /// The count and the limit behind ScoreCause::kMigrationThreshold.
  base::Score fail_count;
  base::Score threshold;

  /// Whether this summand alone makes the score -INFINITY, whatever the others are.
  bool bans() const { return entry.amount.is_minus_infinity(); }
};

/// Whether a node can be given resources at all.
enum class NodeState : std::uint8_t {
  kReady,
  kOffline,
  kUnclean,
  kPending,
  kStandby,
  kStandbyOnFail,
  kMaintenance,
  kLeaving,
};

/// What would have to change for a node to be chosen, all else staying as it is.
struct Change {
  /// Places in NodeVerdict::contributions: each of them must go.
  std::vector<std::size_t> bans;
  /// The node must become NodeState::kReady.
  bool node_must_be_ready = false;
  /// In an opt-in cluster: a location constraint must name the node.
  bool node_must_be_named = false;
  /// Places in the chosen node's contributions: nothing is better than INFINITY, so what gives it
  /// to the chosen node must go.
  std::vector<std::size_t> rivals;
  /// What the score must grow by once all of this is done.
  base::Score missing;
  /// Scores do not matter: the resource is not managed, or is stopped wherever it is.
  bool impossible = false;
};

/// What one resource thinks of one node.
struct NodeVerdict {
  NodeId node;
  /// Nothing for a node that is no candidate: an opt-in cluster does not name it.
  std::optional<base::Score> score;
  std::vector<Contribution> contributions;
  NodeState state = NodeState::kReady;
  bool chosen = false;
  bool active = false;  ///< the resource runs there now
  int load = 0;         ///< resources given to the node before this one was placed
  std::vector<std::pair<model::Text, int>> capacity;  ///< what the node had left
  Change change;
};

/// What decided between the chosen node and the one that came second.
enum class Tie : std::uint8_t { kNone, kScore, kCapacity, kLoad, kCurrent, kWish, kName };

/// What an action waits for.
struct Wait {
  Task task = Task::kNone;
  std::optional<RscId> resource;
  std::optional<NodeId> node;
  model::Text order;  ///< the order constraint behind it; empty for what other rules imply
};

/// A step of the plan for a resource.
struct ActionNote {
  Task task = Task::kNone;
  std::string_view name;  ///< of a task that has none of its own
  std::optional<NodeId> node;
  std::int64_t interval_ms = 0;
  bool runnable = true;
  std::string_view reason;  ///< as the plan keeps it; may be empty
  std::vector<Wait> waits;
};

/// Why an instance of a promotable clone is promoted, or is not.
struct Promotion {
  RscId instance;
  std::optional<NodeId> node;
  base::Score value;
  std::vector<Contribution> contributions;
  bool promoted = false;      ///< it shall be
  bool was_promoted = false;  ///< among equal values this decides
};

/// Why a resource, or a part of it, is where it is.
struct Explanation {
  RscId resource;
  Role role = Role::kUnknown;
  Role next_role = Role::kUnknown;
  std::vector<NodeId> active_on;
  std::optional<NodeId> node;  ///< where it shall run
  bool managed = true;
  bool blocked = false;
  bool failed = false;

  /// How the node was chosen; nothing for groups, clones and bundles, whose parts are placed.
  std::optional<ScoreDecision::Rule> rule;
  std::vector<NodeVerdict> nodes;        ///< the best first
  std::optional<std::size_t> runner_up;  ///< place in `nodes`
  base::Score margin;                    ///< of the chosen node over the runner-up
  Tie tie = Tie::kNone;                  ///< what decided between them

  std::vector<Explanation> parts;     ///< members, instances, parts of replicas
  std::vector<Promotion> promotions;  ///< of a promotable clone, in the order of choice
  int promoted_max = 0;
  std::vector<ActionNote> actions;  ///< what the plan does to it
  std::vector<const SummaryLine*> summary;
};

/// Explains `rsc`. `plan` must have been made with Reasons::kKept, and must outlive the result.
Explanation explain(const Plan& plan, RscId rsc);

/// The sum of `contributions` as scores add up: saturating, in the order in which they happened.
/// Nothing where there is none.
std::optional<base::Score> sum_of(const std::vector<Contribution>& contributions);

/// Whether a node can be given resources, as placement saw it.
NodeState state_of(const Plan& plan, NodeId node);

}  // namespace systole::policy::explain
