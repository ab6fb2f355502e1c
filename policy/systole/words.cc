#include "policy/systole/words.h"

#include <algorithm>
#include <array>

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "lib/model/execution.h"
#include "policy/explain/contributions.h"
#include "policy/status/queries.h"

namespace systole::policy::words {

namespace {

using explain::Contribution;
using explain::NodeState;

/// What tools write into the ids of constraints that they make.
std::string origin(std::string_view constraint) {
  if (constraint.starts_with("cli-ban-")) return " (left by a ban)";
  if (constraint.starts_with("cli-prefer-")) return " (left by a move)";
  return {};
}

std::string place_of(const Plan& plan, RscId rsc) {
  const auto node = plan.placement->resource(rsc).node;
  if (node) return base::cat("which is on ", node_name(plan, *node));
  const Resource& resource = plan.status->resource(rsc);
  if (!resource.is_primitive() && plan.placement->resource(rsc).assigned) {
    return "which has no place here";
  }
  return "which is not running anywhere";
}

std::string colocation_name(std::string_view id) {
  return id.starts_with("#") ? std::string() : base::cat(" (colocation ", id, ")");
}

/// The first thing that keeps `rsc` from `node` and is not about other resources.
std::string root_cause(const Plan& plan, RscId rsc, NodeId node) {
  for (const Contribution& contribution : explain::contributions_to(plan, rsc, node)) {
    const ScoreCause kind = contribution.entry.why.cause;
    const bool own = kind != ScoreCause::kColocation && kind != ScoreCause::kDependent &&
                     kind != ScoreCause::kFloor;
    if (contribution.bans() && own) return base::cat(": ", cause(plan, rsc, contribution));
  }
  return {};
}

std::string must_be_with(const Plan& plan, RscId rsc, const ScoreEntry& entry) {
  const RscId other = *entry.why.other;
  const std::string name(resource_name(plan, other));
  const Colocation* colocation = find_colocation(plan, rsc, entry.why);
  if (colocation != nullptr && colocation->primary_role == Role::kPromoted) {
    std::vector<NodeId> promoted;
    for_each_primitive(*plan.status, other, [&](RscId p) {
      const PlacedResource& placed = plan.placement->resource(p);
      if (placed.node && placed.next_role == Role::kPromoted) promoted.push_back(*placed.node);
    });
    if (promoted.empty()) {
      return base::cat("must be where ", name, " is promoted, which is nowhere");
    }
    return base::cat("must be where ", name, " is promoted: ", nodes(plan, promoted));
  }
  const auto place = plan.placement->resource(other).node;
  if (place == entry.node && colocation != nullptr && colocation->score.value() < 0) {
    return base::cat("must keep away from ", name, ", which is here");
  }
  return base::cat("must be with ", name, ", ", place_of(plan, other),
                   place ? std::string() : root_cause(plan, other, entry.node));
}

std::string colocation(const Plan& plan, RscId rsc, const Contribution& contribution) {
  const ScoreWhy& why = contribution.entry.why;
  const std::string name(resource_name(plan, *why.other));
  const base::Score amount = contribution.entry.amount;
  const std::string id = colocation_name(why.detail);
  const std::string same = why.rule.empty() ? std::string() : base::cat(", counting ", why.rule);
  if (amount.is_minus_infinity()) {
    return base::cat(must_be_with(plan, rsc, contribution.entry), same, id);
  }
  if (amount.value() < 0) return base::cat("keeps away from ", name, same, id);
  return base::cat("goes with ", name, same, id);
}

std::string dependent(const Plan& plan, const Contribution& contribution) {
  const ScoreWhy& why = contribution.entry.why;
  const std::string name(resource_name(plan, *why.other));
  const std::string who = why.detail == "#group-members" ? base::cat("group member ", name) : name;
  const std::string id = colocation_name(why.detail);
  if (!contribution.bans()) return base::cat("what ", who, " wants", id);
  return base::cat(who, " goes with it", id, " and cannot run here",
                   root_cause(plan, *why.other, contribution.entry.node));
}

std::string operation_words(const model::HistoryOperation& op, std::string_view node = {}) {
  std::string out(op.operation);
  if (op.interval_ms > 0) out = base::cat("recurring ", out);
  if (op.operation == "monitor" && op.interval_ms == 0) out = "probe";
  if (!node.empty()) out += base::cat(" on ", node);
  if (op.rc) out += base::cat(" answered '", describe(static_cast<model::ExitCode>(*op.rc)), "'");
  if (op.status && *op.status == op_status::kTimeout) out += base::cat(" (timed out)");
  if (op.last_change) out += base::cat(" at ", base::format_utc(*op.last_change));
  if (!op.exit_reason.empty()) out += base::cat(": ", op.exit_reason);
  return out;
}

/// The last failure of a resource on a node, where the entry does not name the operation.
const model::HistoryOperation* last_failure(const Plan& plan, RscId rsc, NodeId node) {
  const model::HistoryOperation* found = nullptr;
  for (const FailedOperation& failure : plan.status->failures) {
    if (failure.resource == rsc && failure.node == node) found = failure.operation;
  }
  return found;
}

std::string failure(const Plan& plan, const Contribution& contribution) {
  const ScoreEntry& entry = contribution.entry;
  const model::HistoryOperation* op = contribution.operation;
  if (op == nullptr && entry.why.other) op = last_failure(plan, *entry.why.other, entry.node);
  if (op == nullptr) return "a failed operation excludes the node";
  return base::cat("a failure excludes the node: ", operation_words(*op));
}

std::string threshold(const Contribution& contribution) {
  const base::Score count = contribution.fail_count;
  if (count.is_plus_infinity()) {
    return "a fatal failure here (fail count INFINITY) reached migration-threshold";
  }
  return base::cat("failed ", count.value(), count.value() == 1 ? " time" : " times",
                   " here, migration-threshold is ", contribution.threshold.value());
}

std::string node_kind(const Plan& plan, RscId rsc, const ScoreWhy& why) {
  if (why.other) {
    return base::cat("runs only where ", resource_name(plan, *why.other), " leads to");
  }
  const Resource& resource = plan.status->resource(rsc);
  if (resource.is_fence_device()) return "fence devices run on cluster nodes only";
  if (resource.is_remote_connection) return "connections to nodes run on cluster nodes only";
  return "such a resource cannot run on such a node";
}

std::string target_role(const Plan& plan, RscId rsc) {
  const Resource& resource = plan.status->resource(rsc);
  const auto target = resource.meta.find("target-role");
  if (target && parse_role(*target) == Role::kStopped) return "target-role is Stopped";
  if (resource.failed) return "a failure stopped it for good (on-fail=stop)";
  return "it shall be stopped";
}

std::string capacity(const Plan& plan, RscId rsc, NodeId node) {
  std::string needs;
  for (const model::NameValue& entry : plan.status->resource(rsc).utilization) {
    needs += base::cat(needs.empty() ? "" : ", ", entry.name, " ", entry.value);
  }
  const ScoreDecision* decision = plan.placement->ledger.decision_of(rsc);
  std::string left;
  for (std::size_t i = 0; decision != nullptr && i < decision->candidates.size(); ++i) {
    if (decision->candidates[i].node != node) continue;
    for (const auto& [name, value] : decision->candidates[i].capacity) {
      left += base::cat(left.empty() ? "" : ", ", name, " ", value);
    }
  }
  if (needs.empty()) return base::cat("no room for what must run with it; left: ", left);
  return base::cat("no room: with what must run beside it, it needs at least ", needs,
                   "; left: ", left.empty() ? "nothing" : left);
}

std::string location(const ScoreWhy& why) {
  std::string out = base::cat("location constraint ", why.detail, origin(why.detail));
  if (!why.rule.empty()) out += base::cat(" (rule ", why.rule, ")");
  return out;
}

std::string lock(const Plan& plan, RscId rsc) {
  const auto node = plan.placement->resource(rsc).lock_node;
  if (!node) return "locked to another node (shutdown-lock)";
  return base::cat("locked to ", node_name(plan, *node), ", which was shut down (shutdown-lock)");
}

std::string other_name(const Plan& plan, const ScoreWhy& why) {
  return why.other ? std::string(resource_name(plan, *why.other)) : std::string("its clone");
}

std::string node_full(const Plan& plan, const ScoreWhy& why) {
  const Resource& parent = plan.status->resource(*why.other);
  const int limit = parent.is_clone() ? parent.clone.node_max : parent.bundle.replicas_per_host;
  return base::cat("the node has ", limit == 1 ? "an instance" : "as many instances", " of ",
                   parent.id, limit == 1 ? " already" : " as it may have");
}

std::string clone_full(const Plan& plan, const ScoreWhy& why) {
  const Resource& parent = plan.status->resource(*why.other);
  const std::size_t limit = parent.is_clone() ? static_cast<std::size_t>(parent.clone.max)
                                              : parent.bundle.replicas.size();
  return base::cat(parent.id, " has the ", limit, limit == 1 ? " instance" : " instances",
                   " that it may have");
}

}  // namespace

const Colocation* find_colocation(const Plan& plan, RscId rsc, const ScoreWhy& why) {
  const auto is_or_holds = [&](RscId outer, RscId inner) {
    return outer == inner || is_ancestor(*plan.status, outer, inner);
  };
  for (const Colocation& colocation : plan.placement->colocations) {
    if (colocation.id == why.detail && is_or_holds(colocation.dependent, rsc) &&
        is_or_holds(colocation.primary, *why.other)) {
      return &colocation;
    }
  }
  return nullptr;
}

std::string_view node_name(const Plan& plan, NodeId node) {
  return plan.status->node(node).name;
}
std::string_view resource_name(const Plan& plan, RscId rsc) {
  return plan.status->resource(rsc).id;
}

std::vector<std::string> failures(const Plan& plan, RscId rsc) {
  std::vector<std::string> out;
  for (const FailedOperation& failure : plan.status->failures) {
    if (failure.resource != rsc || failure.operation == nullptr) continue;
    out.push_back(operation_words(*failure.operation, node_name(plan, failure.node)));
  }
  return out;
}

std::string amount(const ScoreEntry& entry) {
  const std::string text = base::to_string(entry.amount);
  if (entry.replaces) return entry.amount.value() == 0 ? text : base::cat("=", text);
  return entry.amount.value() > 0 ? base::cat("+", text) : text;
}

std::string cause(const Plan& plan, RscId rsc, const Contribution& contribution) {
  const ScoreEntry& entry = contribution.entry;
  const ScoreWhy& why = entry.why;
  switch (why.cause) {
    case ScoreCause::kDefault:
      return "the node's own score";
    case ScoreCause::kOwnNode:
      return "the inside of its own container";
    case ScoreCause::kLocation:
      return location(why);
    case ScoreCause::kHealth:
      return "health of the node";
    case ScoreCause::kStickiness:
      return "stickiness: it runs here";
    case ScoreCause::kUnmanaged:
      return "it runs here and is not managed";
    case ScoreCause::kFailure:
      return failure(plan, contribution);
    case ScoreCause::kMigrationThreshold:
      return threshold(contribution);
    case ScoreCause::kMultipleActive:
      return "it runs on several nodes and shall be stopped (multiple-active=stop_only)";
    case ScoreCause::kRemoved:
      return why.other
                 ? base::cat("more instances than ", resource_name(plan, *why.other), " wants")
                 : "it is not in the configuration any more";
    case ScoreCause::kTicket:
      return why.detail.empty() ? "its ticket does not allow it"
                                : base::cat("ticket ", why.detail, " is not granted");
    case ScoreCause::kShutdownLock:
      return lock(plan, rsc);
    case ScoreCause::kDiscovery:
      return "exclusive resource-discovery names other nodes";
    case ScoreCause::kNodeKind:
      return node_kind(plan, rsc, why);
    case ScoreCause::kTargetRole:
      return target_role(plan, rsc);
    case ScoreCause::kColocation:
      return colocation(plan, rsc, contribution);
    case ScoreCause::kDependent:
      return dependent(plan, contribution);
    case ScoreCause::kFloor:
      return base::cat("held at 1: ", resource_name(plan, *why.other), " wants to be elsewhere",
                       colocation_name(why.detail));
    case ScoreCause::kPromotion:
      return why.other ? base::cat("promotion value of ", resource_name(plan, *why.other))
                       : "promotion score that the agent set";
    case ScoreCause::kNoPromotionScore:
      return "the agent set no promotion score";
    case ScoreCause::kRole:
      return entry.amount.is_minus_infinity() ? "it shall not be promoted"
                                              : "it is promoted as it is";
    case ScoreCause::kCapacity:
      return capacity(plan, rsc, entry.node);
    case ScoreCause::kParent:
      return entry.amount.is_minus_infinity() && !entry.replaces
                 ? base::cat(other_name(plan, why), " may not run here")
                 : base::cat("what ", other_name(plan, why), " as a whole thinks of the node");
    case ScoreCause::kNodeState:
      return base::cat("the node ", state(plan, entry.node, explain::state_of(plan, entry.node)));
    case ScoreCause::kNodeFull:
      return node_full(plan, why);
    case ScoreCause::kCloneFull:
      return clone_full(plan, why);
  }
  return "unknown";
}

std::string state(const Plan& plan, NodeId id, NodeState state) {
  const Node& node = plan.status->node(id);
  switch (state) {
    case NodeState::kReady:
      return "is ready";
    case NodeState::kOffline:
      return "is offline";
    case NodeState::kUnclean:
      return node.fence_reason.empty()
                 ? "is unclean: it must be fenced first"
                 : base::cat("is unclean (", node.fence_reason, "): it must be fenced first");
    case NodeState::kPending:
      return "has not joined the cluster yet";
    case NodeState::kStandby:
      return "is in standby";
    case NodeState::kStandbyOnFail:
      return "is in standby since an operation failed there";
    case NodeState::kMaintenance:
      return "is in maintenance";
    case NodeState::kLeaving:
      return "is shutting down";
  }
  return {};
}

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string nodes(const Plan& plan, const std::vector<NodeId>& nodes) {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const NodeId node : nodes) names.emplace_back(node_name(plan, node));
  return list(names);
}

}  // namespace systole::policy::words
