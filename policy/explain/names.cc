#include "policy/explain/names.h"

#include <span>

namespace systole::policy::explain {

namespace {

template <typename Enum>
struct Name {
  Enum value;
  std::string_view name;
};

template <typename Enum>
std::string_view find_name(std::span<const Name<Enum>> names, Enum value) {
  for (const Name<Enum>& row : names) {
    if (row.value == value) return row.name;
  }
  return "unknown";
}

constexpr Name<ScoreCause> kCauses[] = {
    {ScoreCause::kDefault, "default"},
    {ScoreCause::kOwnNode, "own-node"},
    {ScoreCause::kLocation, "location"},
    {ScoreCause::kHealth, "health"},
    {ScoreCause::kStickiness, "stickiness"},
    {ScoreCause::kUnmanaged, "unmanaged"},
    {ScoreCause::kFailure, "failure"},
    {ScoreCause::kMigrationThreshold, "migration-threshold"},
    {ScoreCause::kMultipleActive, "multiple-active"},
    {ScoreCause::kRemoved, "removed"},
    {ScoreCause::kTicket, "ticket"},
    {ScoreCause::kShutdownLock, "shutdown-lock"},
    {ScoreCause::kDiscovery, "resource-discovery"},
    {ScoreCause::kNodeKind, "node-kind"},
    {ScoreCause::kTargetRole, "target-role"},
    {ScoreCause::kColocation, "colocation"},
    {ScoreCause::kDependent, "dependent"},
    {ScoreCause::kFloor, "floor"},
    {ScoreCause::kPromotion, "promotion-score"},
    {ScoreCause::kNoPromotionScore, "no-promotion-score"},
    {ScoreCause::kRole, "role"},
    {ScoreCause::kCapacity, "capacity"},
    {ScoreCause::kParent, "parent"},
    {ScoreCause::kNodeState, "node-state"},
    {ScoreCause::kNodeFull, "node-full"},
    {ScoreCause::kCloneFull, "clone-full"},
};

constexpr Name<NodeState> kStates[] = {
    {NodeState::kReady, "ready"},
    {NodeState::kOffline, "offline"},
    {NodeState::kUnclean, "unclean"},
    {NodeState::kPending, "pending"},
    {NodeState::kStandby, "standby"},
    {NodeState::kStandbyOnFail, "standby-on-fail"},
    {NodeState::kMaintenance, "maintenance"},
    {NodeState::kLeaving, "leaving"},
};

constexpr Name<Tie> kTies[] = {
    {Tie::kNone, "none"}, {Tie::kScore, "score"},     {Tie::kCapacity, "capacity"},
    {Tie::kLoad, "load"}, {Tie::kCurrent, "current"}, {Tie::kWish, "wish"},
    {Tie::kName, "name"},
};

using Rule = ScoreDecision::Rule;
constexpr Name<Rule> kRules[] = {
    {Rule::kBest, "best"},
    {Rule::kCurrent, "current"},
    {Rule::kWished, "wished"},
    {Rule::kRoomiest, "roomiest"},
    {Rule::kUnmanaged, "unmanaged"},
    {Rule::kStopAll, "stop-all-resources"},
    {Rule::kNoInstance, "no-instance"},
    {Rule::kNoNode, "no-node"},
};

}  // namespace

std::string_view name_of(ScoreCause cause) {
  return find_name(std::span<const Name<ScoreCause>>(kCauses), cause);
}
std::string_view name_of(NodeState state) {
  return find_name(std::span<const Name<NodeState>>(kStates), state);
}
std::string_view name_of(Tie tie) {
  return find_name(std::span<const Name<Tie>>(kTies), tie);
}
std::string_view name_of(ScoreDecision::Rule rule) {
  return find_name(std::span<const Name<Rule>>(kRules), rule);
}

}  // namespace systole::policy::explain
