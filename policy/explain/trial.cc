#include "policy/explain/trial.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/history_keys.h"
#include "policy/status/queries.h"

namespace systole::policy::explain {

namespace {

using model::Text;

/// A copy of a snapshot that is being changed. Each function returns whether it could.
class Changer {
 public:
  Changer(const Plan& plan, RscId rsc)
      : status_(*plan.status), rsc_(rsc), snapshot_(*plan.status->snapshot) {}

  bool apply(const Explanation& explanation, const NodeVerdict& verdict) {
    if (!make_ready(verdict)) return false;
    for (const NodeVerdict& chosen : explanation.nodes) {
      if (!chosen.chosen) continue;
      for (const std::size_t place : verdict.change.rivals) {
        if (!remove(chosen.contributions[place])) return false;
      }
    }
    for (const std::size_t place : verdict.change.bans) {
      if (!remove(verdict.contributions[place])) return false;
    }
    const base::Score missing = verdict.change.missing;
    if (missing.value() > 0 || verdict.change.node_must_be_named) prefer(verdict.node, missing);
    return true;
  }

  const model::Snapshot& snapshot() const { return snapshot_; }

 private:
  void erase_attribute(NodeId node, Text name) {
    const auto erase = [&](model::AttributeSets& sets) {
      for (model::AttributeSet& set : sets) {
        std::erase_if(set.values, [&](const auto& entry) { return entry.name == name; });
      }
    };
    for (model::NodeConfig& config : snapshot_.nodes) {
      if (config.name == status_.node(node).name) erase(config.attributes);
    }
    for (model::NodeState& state : snapshot_.states) {
      if (state.id == status_.node(node).id) erase(state.attributes);
    }
  }

  bool make_ready(const NodeVerdict& verdict) {
    switch (verdict.state) {
      case NodeState::kReady:
        return true;
      case NodeState::kStandby:
        erase_attribute(verdict.node, "standby");
        return true;
      case NodeState::kMaintenance:
        erase_attribute(verdict.node, "maintenance");
        return true;
      case NodeState::kOffline:
      case NodeState::kUnclean:
      case NodeState::kPending:
      case NodeState::kStandbyOnFail:
      case NodeState::kLeaving:
        break;
    }
    return false;
  }

  bool remove(const Contribution& contribution) {
    const ScoreWhy& why = contribution.entry.why;
    switch (why.cause) {
      case ScoreCause::kLocation:
        remove_location(why);
        return true;
      case ScoreCause::kFailure:
      case ScoreCause::kMigrationThreshold:
        forget_failures(why.other.value_or(rsc_), contribution);
        return true;
      case ScoreCause::kTicket:
        return grant(why.detail);
      case ScoreCause::kTargetRole:
        return start();
      default:
        return false;
    }
  }

  void remove_location(const ScoreWhy& why) {
    std::erase_if(snapshot_.constraints, [&](const model::Constraint& constraint) {
      const auto* location = std::get_if<model::LocationConstraint>(&constraint);
      if (location == nullptr || location->id != why.detail) return false;
      return why.rule.empty() || (location->rule && location->rule->id == why.rule);
    });
  }

  /// As a cleanup does: the failed operations and their counts go, everything else stays.
  void forget_failures(RscId rsc, const Contribution& contribution) {
    const bool everywhere = contribution.entry.why.cause == ScoreCause::kFailure;
    const Text node = status_.node(contribution.entry.node).id;
    const Text name = base_name(status_.resource(rsc).history_name());
    const auto is_count = [&](const model::NameValue& entry) {
      return entry.name.starts_with(base::cat("fail-count-", name, "#")) ||
             entry.name.starts_with(base::cat("last-failure-", name, "#"));
    };
    for (model::NodeState& state : snapshot_.states) {
      if (!everywhere && state.id != node) continue;
      for (model::AttributeSet& set : state.attributes) std::erase_if(set.values, is_count);
      for (model::HistoryResource& entry : state.history) {
        if (base_name(entry.id) != name) continue;
        std::erase_if(entry.operations, [](const model::HistoryOperation& op) {
          return op.rc.has_value() && *op.rc != expected_rc(op) && op.status != op_status::kPending;
        });
      }
    }
  }

  bool grant(Text ticket) {
    if (ticket.empty()) return false;
    for (model::TicketState& state : snapshot_.tickets) {
      if (state.id != ticket) continue;
      state.granted = true;
      state.standby = false;
      return true;
    }
    snapshot_.tickets.push_back({ticket, true, false});
    return true;
  }

  bool start() {
    const auto target = status_.resource(rsc_).meta.find("target-role");
    if (!target || parse_role(*target) != Role::kStopped) return false;
    for (model::ResourceConfig& config : snapshot_.resources) {
      if (config.id != status_.resource(rsc_).base_id) continue;
      model::AttributeSet block;
      block.score = base::Score::infinity();
      block.values = {{"target-role", "Started"}};
      config.meta.push_back(std::move(block));
    }
    return true;
  }

  void prefer(NodeId node, base::Score score) {
    model::LocationConstraint constraint;
    constraint.id = "#trial";
    constraint.resource = status_.resource(rsc_).id;
    constraint.node = status_.node(node).name;
    constraint.score = snapshot_.pool->keep(base::to_string(score));
    snapshot_.constraints.emplace_back(constraint);
  }

  const Status& status_;
  RscId rsc_;
  model::Snapshot snapshot_;
};

std::string node_of(const Plan& plan, RscId rsc) {
  const auto node = plan.placement->resource(rsc).node;
  return node ? std::string(plan.status->node(*node).name) : std::string();
}

}  // namespace

std::optional<Trial> try_change(const Plan& plan, const Explanation& explanation,
                                const NodeVerdict& verdict) {
  const Resource& rsc = plan.status->resource(explanation.resource);
  const bool part = rsc.instance >= 0 || bundle_of(*plan.status, explanation.resource).has_value();
  if (!rsc.is_primitive() || rsc.removed || part) return std::nullopt;
  if (verdict.chosen || verdict.change.impossible) return std::nullopt;
  Changer changer(plan, explanation.resource);
  if (!changer.apply(explanation, verdict)) return std::nullopt;
  const Plan changed = policy::plan(changer.snapshot());
  const auto same = [&](RscId id) {
    return find_resource(*changed.status, plan.status->resource(id).id);
  };
  Trial out;
  for (std::size_t i = 0; i < plan.status->resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    const auto other = same(id);
    if (!other || !plan.status->resource(id).is_primitive()) continue;
    const std::string before = node_of(plan, id);
    const std::string after = node_of(changed, *other);
    if (id == explanation.resource) {
      out.chosen = after == plan.status->node(verdict.node).name;
    } else if (before != after) {
      out.others.push_back({std::string(plan.status->resource(id).id), before, after});
    }
  }
  return out;
}

}  // namespace systole::policy::explain
