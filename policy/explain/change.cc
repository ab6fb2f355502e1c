#include "policy/explain/change.h"

#include <algorithm>

namespace systole::policy::explain {

namespace {

using Rule = ScoreDecision::Rule;

/// The score without the summands that alone decide it: those that exclude the node, or that make
/// it the only possible one.
base::Score finite_sum(const std::vector<Contribution>& contributions, base::Score without) {
  base::Score sum;
  for (const Contribution& contribution : contributions) {
    const ScoreEntry& entry = contribution.entry;
    if (entry.amount == without) continue;
    sum = entry.replaces ? entry.amount : sum + entry.amount;
  }
  return sum;
}

/// Whether what excludes one node, once gone, is gone for other nodes as well.
bool is_shared(const ScoreWhy& a, const ScoreWhy& b) {
  switch (a.cause) {
    case ScoreCause::kLocation:
    case ScoreCause::kTicket:
    case ScoreCause::kTargetRole:
    case ScoreCause::kFailure:
    case ScoreCause::kMultipleActive:
    case ScoreCause::kRemoved:
    case ScoreCause::kShutdownLock:
      return a.cause == b.cause && a.detail == b.detail && a.rule == b.rule;
    default:
      return false;
  }
}

/// The best score that another node would have if the summands `bans` of `verdict` were gone.
std::optional<base::Score> best_of_others(const Explanation& explanation,
                                          const NodeVerdict& verdict,
                                          const std::vector<std::size_t>& bans) {
  std::optional<base::Score> best;
  for (const NodeVerdict& other : explanation.nodes) {
    if (other.node == verdict.node || other.state != NodeState::kReady || !other.score) continue;
    base::Score sum;
    for (const Contribution& contribution : other.contributions) {
      const ScoreEntry& entry = contribution.entry;
      const bool gone = contribution.bans() && std::any_of(bans.begin(), bans.end(), [&](auto i) {
                          return is_shared(verdict.contributions[i].entry.why, entry.why);
                        });
      if (!gone) sum = entry.replaces ? entry.amount : sum + entry.amount;
    }
    if (sum.value() >= 0 && (!best || sum > *best)) best = sum;
  }
  return best;
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
  const base::Score have = finite_sum(verdict.contributions, base::Score::minus_infinity());
  // Any score that is not negative will do where no node was found; one more than the best wins.
  int needed = have.value() < 0 ? -have.value() : 0;
  const NodeVerdict* chosen = chosen_of(explanation);
  if (chosen != nullptr && chosen->score) {
    base::Score best = *chosen->score;
    if (best.is_plus_infinity()) {
      for (std::size_t i = 0; i < chosen->contributions.size(); ++i) {
        if (chosen->contributions[i].entry.amount == best) change.rivals.push_back(i);
      }
      best = finite_sum(chosen->contributions, best);
    }
    if (have <= best) needed = std::max(needed, best.value() - have.value() + 1);
  } else if (const auto best = best_of_others(explanation, verdict, change.bans)) {
    if (have <= *best) needed = std::max(needed, best->value() - have.value() + 1);
  }
  change.missing = base::Score(needed);
  return change;
}

}  // namespace systole::policy::explain
