#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/score.h"
#include "policy/status/types.h"

namespace systole::policy {

/// What a plan keeps of how its places were found.
enum class Reasons : std::uint8_t {
  kNone,
  kRemarks,  ///< what was noticed on the way
  kScores,   ///< and the lines of the score and utilization reports
  kKept,     ///< and how each score came about
};

/// What kind of rule changed a score.
enum class ScoreCause : std::uint8_t {
  kDefault,             ///< the node's own score; 0 unless the configuration says otherwise
  kOwnNode,             ///< the node inside the bundle's replica, for what runs there
  kLocation,            ///< a location constraint
  kHealth,              ///< the node's health attributes
  kStickiness,          ///< it runs there
  kUnmanaged,           ///< it runs there and nobody may move it
  kFailure,             ///< an operation failed in a way that excludes the node
  kMigrationThreshold,  ///< it failed there too often
  kMultipleActive,      ///< it runs on several nodes and shall stop
  kRemoved,             ///< it is not configured any more
  kTicket,              ///< its ticket is not granted
  kShutdownLock,        ///< it waits for a node that was shut down
  kDiscovery,           ///< exclusive discovery names other nodes
  kNodeKind,            ///< such a resource never runs on such a node
  kTargetRole,          ///< it shall be stopped
  kColocation,          ///< it goes with (or keeps away from) another resource
  kDependent,           ///< another resource goes with it and has wishes
  kFloor,               ///< wishes of dependents may not push a clone's node below 1
  kPromotion,           ///< the agent's promotion score
  kNoPromotionScore,    ///< the agent left none
  kRole,                ///< its role is decided already
  kCapacity,            ///< the node has no room
  kParent,              ///< the clone or bundle around it excludes the node
  kNodeState,           ///< the node cannot take an instance now
  kNodeFull,            ///< the node has as many instances as it may have
  kCloneFull,           ///< the clone has as many instances as it may have
};

/// What is behind one change of a score.
struct ScoreWhy {
  ScoreCause cause = ScoreCause::kDefault;
  /// The id of the constraint, operation or ticket; empty where there is none.
  std::string_view detail = {};
  /// The other resource of a colocation; the clone or bundle whose limits count.
  std::optional<RscId> other = std::nullopt;
  /// The rule of a location constraint, or the node attribute of a colocation.
  std::string_view rule = {};
};

/// One change of the score of a node in a resource's table.
struct ScoreEntry {
  NodeId node;
  base::Score amount;
  bool replaces = false;  ///< the score became `amount`, whatever it was
  ScoreWhy why;
};

/// How a node was chosen from a resource's table.
struct ScoreDecision {
  enum class Rule : std::uint8_t {
    kBest,        ///< the first in the order of preference
    kCurrent,     ///< as good as the first, and it runs there
    kWished,      ///< a node that the caller prefers and that is no worse than the first
    kRoomiest,    ///< no node has room for all that must go together; this one has most
    kUnmanaged,   ///< it stays where it is
    kStopAll,     ///< all resources shall be stopped
    kNoInstance,  ///< what it interleaves with has no instance that it could join
    kNoNode,      ///< no node is allowed and available
  };
  struct Candidate {
    NodeId node;
    base::Score score;
    bool available = false;
    int load = 0;                                            ///< resources given to the node before
    std::vector<std::pair<std::string_view, int>> capacity;  ///< what the node has left
  };
  Rule rule = Rule::kNoNode;
  std::optional<NodeId> node;
  std::vector<Candidate> candidates;  ///< best first
  std::size_t entries = 0;            ///< of the resource's changes, those that were made before
};

/// The changes of all scores in the order in which they happened. A ledger that is not kept costs
/// one test a change.
class ScoreLedger {
 public:
  explicit ScoreLedger(Reasons reasons = Reasons::kNone) : reasons_(reasons) {}

  bool reported() const { return reasons_ >= Reasons::kScores; }
  bool kept() const { return reasons_ == Reasons::kKept; }

  void add(RscId rsc, NodeId node, base::Score amount, const ScoreWhy& why) {
    if (kept()) book(rsc, {node, amount, false, why});
  }
  void set(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why) {
    if (kept()) book(rsc, {node, score, true, why});
  }
  void add_all(RscId rsc, const std::vector<ScoreEntry>& entries);
  /// `entries` for a ledger that is kept: where changes are collected that may yet be undone.
  std::vector<ScoreEntry>* sink(std::vector<ScoreEntry>& entries) const {
    return kept() ? &entries : nullptr;
  }

  /// How many changes `rsc` has; what rewind() takes.
  std::size_t mark(RscId rsc) const { return kept() ? entries_of(rsc).size() : 0; }
  /// Forgets the changes since `mark`, with a table that is restored.
  void rewind(RscId rsc, std::size_t mark);

  void decide(RscId rsc, ScoreDecision decision);

  /// The same for the value by which an instance competes for promotion.
  void add_value(RscId rsc, NodeId node, base::Score amount, const ScoreWhy& why) {
    if (kept()) book_value(rsc, {node, amount, false, why});
  }
  void set_value(RscId rsc, NodeId node, base::Score value, const ScoreWhy& why) {
    if (kept()) book_value(rsc, {node, value, true, why});
  }

  /// In the order in which they happened; empty for a ledger that is not kept.
  const std::vector<ScoreEntry>& entries_of(RscId rsc) const;
  /// The last decision about `rsc`; nothing for groups, clones and bundles.
  const ScoreDecision* decision_of(RscId rsc) const;
  const std::vector<ScoreEntry>& value_entries_of(RscId rsc) const;

 private:
  void book(RscId rsc, const ScoreEntry& entry);
  void book_value(RscId rsc, const ScoreEntry& entry);

  Reasons reasons_;
  std::vector<std::vector<ScoreEntry>> entries_;
  std::vector<std::vector<ScoreEntry>> values_;
  std::vector<std::optional<ScoreDecision>> decisions_;
};

}  // namespace systole::policy
