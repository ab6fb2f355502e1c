#include "policy/explain/explanation.h"

#include <algorithm>

#include "lib/base/check.h"
#include "policy/explain/change.h"
#include "policy/explain/contributions.h"
#include "policy/explain/waits.h"
#include "policy/status/queries.h"

namespace systole::policy::explain {

namespace {

class Explainer {
 public:
  explicit Explainer(const Plan& plan)
      : plan_(plan), status_(*plan.status), placement_(*plan.placement) {}

  Explanation run(RscId id) const {
    Explanation out;
    describe(out, id);
    const ScoreDecision* decision = placement_.ledger.decision_of(id);
    if (decision != nullptr) out.rule = decision->rule;
    add_nodes(out, decision);
    if (decision != nullptr) compare(out, *decision);
    for (NodeVerdict& verdict : out.nodes) verdict.change = change_for(out, verdict);
    for (const RscId child : status_.resource(id).children) out.parts.push_back(run(child));
    add_promotions(out);
    add_actions(out);
    return out;
  }

 private:
  void describe(Explanation& out, RscId id) const {
    const Resource& rsc = status_.resource(id);
    const PlacedResource& placed = plan_.actions->resource(id);
    out.resource = id;
    out.role = rsc.role;
    out.next_role = placed.next_role;
    out.active_on = rsc.active_on;
    out.node = placement_.resource(id).node;
    out.managed = placed.managed;
    out.blocked = placed.blocked;
    out.failed = rsc.failed;
  }

  void add_nodes(Explanation& out, const ScoreDecision* decision) const {
    const RscId id = out.resource;
    std::vector<NodeId> order;
    if (decision != nullptr) {
      for (const auto& candidate : decision->candidates) order.push_back(candidate.node);
    }
    for (const NodeId node : status_.node_order) {
      if (std::find(order.begin(), order.end(), node) == order.end()) order.push_back(node);
    }
    for (const NodeId node : order) {
      NodeVerdict verdict;
      verdict.node = node;
      verdict.contributions = contributions_to(plan_, id, node);
      verdict.score = sum_of(verdict.contributions);
      verdict.state = state_of(plan_, node);
      verdict.active = is_active_on(status_.resource(id), node);
      verdict.chosen = decision != nullptr && decision->node == node;
      if (is_pointless(verdict)) continue;
      out.nodes.push_back(std::move(verdict));
    }
    if (decision == nullptr) {
      std::stable_sort(out.nodes.begin(), out.nodes.end(), [](const auto& a, const auto& b) {
        return a.score.value_or(base::Score::minus_infinity()) >
               b.score.value_or(base::Score::minus_infinity());
      });
      return;
    }
    for (NodeVerdict& verdict : out.nodes) {
      for (const auto& candidate : decision->candidates) {
        if (candidate.node != verdict.node) continue;
        verdict.load = candidate.load;
        verdict.capacity = candidate.capacity;
      }
    }
  }

  /// The insides of bundles are no places for anything but what belongs there.
  bool is_pointless(const NodeVerdict& verdict) const {
    if (status_.node(verdict.node).kind != NodeKind::kBundle) return false;
    return std::all_of(verdict.contributions.begin(), verdict.contributions.end(),
                       [](const Contribution& contribution) {
                         return contribution.entry.why.cause == ScoreCause::kNodeKind ||
                                contribution.bans();
                       });
  }

  void compare(Explanation& out, const ScoreDecision& decision) const {
    if (!decision.node) return;
    const auto chosen = std::find_if(out.nodes.begin(), out.nodes.end(),
                                     [](const NodeVerdict& verdict) { return verdict.chosen; });
    if (chosen == out.nodes.end() || !chosen->score) return;
    for (std::size_t i = 0; i < out.nodes.size(); ++i) {
      const NodeVerdict& other = out.nodes[i];
      const bool usable = other.score && other.score->value() >= 0 &&
                          other.state == NodeState::kReady && !other.chosen;
      if (!usable) continue;
      out.runner_up = i;
      break;
    }
    if (!out.runner_up) return;
    const NodeVerdict& second = out.nodes[*out.runner_up];
    out.margin = *chosen->score + -*second.score;
    if (chosen->score->is_plus_infinity() && !second.score->is_plus_infinity()) {
      out.margin = base::Score::infinity();
    }
    out.tie = tie_between(out, *chosen, second, decision);
  }

  Tie tie_between(const Explanation& out, const NodeVerdict& chosen, const NodeVerdict& second,
                  const ScoreDecision& decision) const {
    if (*chosen.score != *second.score) return Tie::kScore;
    if (decision.rule == ScoreDecision::Rule::kCurrent) return Tie::kCurrent;
    if (decision.rule == ScoreDecision::Rule::kWished) return Tie::kWish;
    if (decision.rule == ScoreDecision::Rule::kRoomiest) return Tie::kCapacity;
    const PlacementStrategy strategy = status_.options.placement_strategy;
    if (strategy == PlacementStrategy::kMinimal) return Tie::kName;
    if (strategy == PlacementStrategy::kBalanced && chosen.capacity != second.capacity) {
      return Tie::kCapacity;
    }
    if (chosen.load != second.load) return Tie::kLoad;
    return placement_.resource(out.resource).current == chosen.node ? Tie::kCurrent : Tie::kName;
  }

  void add_promotions(Explanation& out) const {
    const Resource& rsc = status_.resource(out.resource);
    if (!rsc.is_clone() || !rsc.clone.promotable) return;
    out.promoted_max = rsc.clone.promoted_max;
    for (const RscId instance : placement_.resource(out.resource).children) {
      Promotion promotion;
      promotion.instance = instance;
      promotion.node = placement_.resource(instance).node;
      promotion.value = placement_.resource(instance).promotion;
      promotion.contributions = contributions_to_promotion(plan_, instance);
      for_each_primitive(status_, instance, [&](RscId p) {
        promotion.promoted =
            promotion.promoted || plan_.actions->resource(p).next_role == Role::kPromoted;
        promotion.was_promoted =
            promotion.was_promoted || status_.resource(p).role == Role::kPromoted;
      });
      out.promotions.push_back(std::move(promotion));
    }
  }

  void add_actions(Explanation& out) const {
    for (const ActionId id : plan_.actions->actions_of(out.resource)) {
      const Action& action = plan_.actions->action(id);
      if (action.optional || action.pseudo) continue;
      out.actions.push_back({action.task, action.key.name, action.node, action.key.interval_ms,
                             action.runnable, action.reason, waits_of(plan_, id)});
    }
    const model::Text name = status_.resource(out.resource).id;
    for (const SummaryLine& line : plan_.summary) {
      if (line.subject == name && !line.verb.starts_with("Fence")) out.summary.push_back(&line);
    }
  }

  const Plan& plan_;
  const Status& status_;
  const Placement& placement_;
};

}  // namespace

NodeState state_of(const Plan& plan, NodeId node) {
  const PlacedNode& placed = plan.placement->node(node);
  if (placed.unclean) return NodeState::kUnclean;
  if (plan.status->node(node).pending) return NodeState::kPending;
  if (!placed.online) return NodeState::kOffline;
  if (placed.shutdown) return NodeState::kLeaving;
  if (placed.standby) {
    return plan.status->node(node).standby_on_fail ? NodeState::kStandbyOnFail
                                                   : NodeState::kStandby;
  }
  return placed.maintenance ? NodeState::kMaintenance : NodeState::kReady;
}

Explanation explain(const Plan& plan, RscId rsc) {
  CHECK(plan.placement->ledger.kept());
  return Explainer(plan).run(rsc);
}

}  // namespace systole::policy::explain
