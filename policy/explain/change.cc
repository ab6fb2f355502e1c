#include "policy/explain/change.h"

#include <algorithm>

namespace systole::policy::explain {

namespace {

using Rule = ScoreDecision::Rule;

/// The score without the summands that exclude the node.
base::Score sum_without_bans(const std::vector<Contribution>& contributions) {
  base::Score sum;
  for (const Contribution& contribution : contributions) {
    if (contribution.bans()) continue;
    const ScoreEntry& entry = contribution.entry;
    sum = entry.replaces ? entry.amount : sum + entry.amount;
  }
  return sum;
}

const NodeVerdict* chosen_of(const Explanation& explanation) {
  for (const NodeVerdict& verdict : explanation.nodes) {
    if (verdict.chosen) return &verdict;
  }
  return nullptr;
}

/// A rule that no score can change.
bool is_fixed(const Explanation& explanation) {
  if (!explanation.rule) return true;
  switch (*explanation.rule) {
    case Rule::kUnmanaged:
    case Rule::kStopAll:
    case Rule::kNoInstance:
      return true;
    case Rule::kBest:
    case Rule::kCurrent:
    case Rule::kWished:
    case Rule::kRoomiest:
    case Rule::kNoNode:
      return false;
  }
  return false;
}

}  // namespace

Change change_for(const Explanation& explanation, const NodeVerdict& verdict) {
  Change change;
  if (verdict.chosen) return change;
  if (is_fixed(explanation)) {
    change.impossible = true;
    return change;
  }
  change.node_must_be_named = !verdict.score.has_value();
  change.node_must_be_ready = verdict.state != NodeState::kReady;
  for (std::size_t i = 0; i < verdict.contributions.size(); ++i) {
    if (verdict.contributions[i].bans()) change.bans.push_back(i);
  }
  const base::Score have = sum_without_bans(verdict.contributions);
  const NodeVerdict* chosen = chosen_of(explanation);
  // Any score that is not negative will do where no node was found; one more than the best wins.
  int needed = have.value() < 0 ? -have.value() : 0;
  if (chosen != nullptr && chosen->score) {
    if (chosen->score->is_plus_infinity()) {
      // Nothing is better than INFINITY; the node can only be as good.
      needed = have.is_plus_infinity() ? 0 : base::Score::kInfinity;
    } else if (have <= *chosen->score) {
      needed = std::max(needed, chosen->score->value() - have.value() + 1);
    }
  }
  change.missing = base::Score(needed);
  return change;
}

}  // namespace systole::policy::explain
