#include "policy/explain/names.h"

#include <array>

namespace systole::policy::explain {

namespace {

template <typename Enum>
struct Name {
  Enum value;
  std::string_view name;
};

template <typename Enum, std::size_t kCount>
std::string_view find_name(const std::array<Name<Enum>, kCount>& names, Enum value) {
  for (const auto& row : names) {
    if (row.value == value) return row.name;
  }
  return "unknown";
}

constexpr std::array kCauses = {
    Name{ScoreCause::kDefault, "default"},
    Name{ScoreCause::kOwnNode, "own-node"},
    Name{ScoreCause::kLocation, "location"},
    Name{ScoreCause::kHealth, "health"},
    Name{ScoreCause::kStickiness, "stickiness"},
    Name{ScoreCause::kUnmanaged, "unmanaged"},
    Name{ScoreCause::kFailure, "failure"},
    Name{ScoreCause::kMigrationThreshold, "migration-threshold"},
    Name{ScoreCause::kMultipleActive, "multiple-active"},
    Name{ScoreCause::kRemoved, "removed"},
    Name{ScoreCause::kTicket, "ticket"},
    Name{ScoreCause::kShutdownLock, "shutdown-lock"},
    Name{ScoreCause::kDiscovery, "resource-discovery"},
    Name{ScoreCause::kNodeKind, "node-kind"},
    Name{ScoreCause::kTargetRole, "target-role"},
    Name{ScoreCause::kColocation, "colocation"},
    Name{ScoreCause::kDependent, "dependent"},
    Name{ScoreCause::kFloor, "floor"},
    Name{ScoreCause::kPromotion, "promotion-score"},
    Name{ScoreCause::kNoPromotionScore, "no-promotion-score"},
    Name{ScoreCause::kRole, "role"},
    Name{ScoreCause::kCapacity, "capacity"},
    Name{ScoreCause::kParent, "parent"},
    Name{ScoreCause::kNodeState, "node-state"},
    Name{ScoreCause::kNodeFull, "node-full"},
    Name{ScoreCause::kCloneFull, "clone-full"},
};

constexpr std::array kStates = {
    Name{NodeState::kReady, "ready"},
    Name{NodeState::kOffline, "offline"},
    Name{NodeState::kUnclean, "unclean"},
    Name{NodeState::kPending, "pending"},
    Name{NodeState::kStandby, "standby"},
    Name{NodeState::kStandbyOnFail, "standby-on-fail"},
    Name{NodeState::kMaintenance, "maintenance"},
    Name{NodeState::kLeaving, "leaving"},
};

constexpr std::array kTies = {
    Name{Tie::kNone, "none"}, Name{Tie::kScore, "score"},     Name{Tie::kCapacity, "capacity"},
    Name{Tie::kLoad, "load"}, Name{Tie::kCurrent, "current"}, Name{Tie::kWish, "wish"},
    Name{Tie::kName, "name"},
};

using Rule = ScoreDecision::Rule;
constexpr std::array kRules = {
    Name{Rule::kBest, "best"},
    Name{Rule::kCurrent, "current"},
    Name{Rule::kWished, "wished"},
    Name{Rule::kRoomiest, "roomiest"},
    Name{Rule::kUnmanaged, "unmanaged"},
    Name{Rule::kStopAll, "stop-all-resources"},
    Name{Rule::kNoInstance, "no-instance"},
    Name{Rule::kNoNode, "no-node"},
};

}  // namespace

std::string_view name_of(ScoreCause cause) {
  return find_name(kCauses, cause);
}
std::string_view name_of(NodeState state) {
  return find_name(kStates, state);
}
std::string_view name_of(Tie tie) {
  return find_name(kTies, tie);
}
std::string_view name_of(ScoreDecision::Rule rule) {
  return find_name(kRules, rule);
}

}  // namespace systole::policy::explain
