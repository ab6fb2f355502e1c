#include "policy/explain/waits.h"

#include <algorithm>

#include "policy/status/queries.h"

namespace systole::policy::explain {

namespace {

using model::Text;

class Collector {
 public:
  explicit Collector(const Plan& plan) : plan_(plan), seen_(plan.actions->size()) {}

  std::vector<Wait> run(ActionId action) && {
    then_ = &plan_.actions->action(action);
    visit(action);
    return std::move(waits_);
  }

 private:
  void visit(ActionId id) {
    if (seen_[id.value()]) return;
    seen_[id.value()] = true;
    for (const std::uint32_t place : plan_.actions->action(id).before) {
      const Relation& relation = plan_.actions->relations[place];
      if (relation.in_graph) consider(relation.first);
    }
  }

  void consider(ActionId id) {
    const Action& first = plan_.actions->action(id);
    const bool primitive = first.resource && plan_.status->resource(*first.resource).is_primitive();
    // Points in the order, such as "all of the group has started", stand for what is behind them.
    if (first.pseudo && !primitive && first.task != Task::kFence) {
      visit(id);
      return;
    }
    const bool probe = first.task == Task::kMonitor && first.key.interval_ms == 0;
    if (probe || first.resource == then_->resource) return;
    Wait wait{first.task, first.resource, first.node, {}};
    if (first.resource && then_->resource) wait.order = order_between(*first.resource);
    const auto same = [&](const Wait& other) {
      return other.task == wait.task && other.resource == wait.resource && other.node == wait.node;
    };
    if (std::none_of(waits_.begin(), waits_.end(), same)) waits_.push_back(wait);
  }

  bool names(Text id, RscId rsc) const {
    const auto found = find_resource(*plan_.status, id);
    return found && (*found == rsc || is_ancestor(*plan_.status, *found, rsc));
  }

  bool is_in(const std::vector<model::ResourceSet>& sets, RscId rsc) const {
    return std::any_of(sets.begin(), sets.end(), [&](const model::ResourceSet& set) {
      return std::any_of(set.resources.begin(), set.resources.end(),
                         [&](Text id) { return names(id, rsc); });
    });
  }

  /// The order constraint that names both resources, in either direction; empty where none does.
  Text order_between(RscId other) const {
    const RscId rsc = *then_->resource;
    for (const model::Constraint& constraint : plan_.status->snapshot->constraints) {
      const auto* order = std::get_if<model::OrderConstraint>(&constraint);
      if (order == nullptr) continue;
      const bool forward = names(order->first, other) && names(order->then, rsc);
      const bool backward = names(order->first, rsc) && names(order->then, other);
      if (forward || backward || (is_in(order->sets, rsc) && is_in(order->sets, other))) {
        return order->id;
      }
    }
    return {};
  }

  const Plan& plan_;
  const Action* then_ = nullptr;
  std::vector<bool> seen_;
  std::vector<Wait> waits_;
};

}  // namespace

std::vector<Wait> waits_of(const Plan& plan, ActionId action) {
  return Collector(plan).run(action);
}

}  // namespace systole::policy::explain
