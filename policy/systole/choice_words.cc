// What a resource does, what it shall do, and how its node was chosen.

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/render/words.h"
#include "policy/systole/words.h"

namespace systole::policy::words {

namespace {

using explain::Contribution;
using explain::Explanation;
using explain::NodeVerdict;
using explain::Tie;
using Rule = ScoreDecision::Rule;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string role(const Plan& plan, RscId rsc, Role role) {
  return lower(render::role_word(*plan.status, rsc, role));
}

std::string_view last_word(std::string_view text) {
  const std::size_t blank = text.rfind(' ');
  return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

/// "move from alpha to beta" for the summary's "Move alpha -> beta".
std::string step(const Plan& plan, const Explanation& explanation, const SummaryLine& line) {
  std::string verb = lower(line.verb);
  if (verb == "migrate") verb = "migrate live";
  if (verb == "stop" || explanation.active_on.empty() || !explanation.node) {
    return base::cat(verb, " on ", last_word(line.details));
  }
  const std::string_view to = node_name(plan, *explanation.node);
  const NodeId from_id = explanation.active_on.front();
  const bool stays = std::find(explanation.active_on.begin(), explanation.active_on.end(),
                               *explanation.node) != explanation.active_on.end();
  std::string out = stays ? base::cat(verb, " on ", to)
                          : base::cat(verb, " from ", node_name(plan, from_id), " to ", to);
  const bool promotes = verb != "promote" && explanation.next_role == Role::kPromoted &&
                        (explanation.role != Role::kPromoted || !stays);
  if (promotes) out += " and promote";
  return out;
}

const NodeVerdict* chosen_of(const Explanation& explanation) {
  for (const NodeVerdict& verdict : explanation.nodes) {
    if (verdict.chosen) return &verdict;
  }
  return nullptr;
}

std::vector<std::string> unmanaged(const Plan& plan, const Explanation& explanation) {
  const ClusterOptions& options = plan.status->options;
  const std::string consequence = explanation.active_on.empty()
                                      ? "it is not started"
                                      : "it stays as it is, whatever the scores say";
  if (explanation.blocked) {
    return {base::cat("it is blocked, so ", consequence,
                      "; make sure of its state, then crm_resource --cleanup")};
  }
  if (options.maintenance_mode) {
    return {base::cat("the cluster is in maintenance-mode, so ", consequence)};
  }
  if (options.fencing_enabled && !plan.status->fencing_possible) {
    return {base::cat("fencing is enabled but no fence device is configured, so ", consequence)};
  }
  for (const NodeId node : explanation.active_on) {
    if (!plan.status->node(node).maintenance) continue;
    return {base::cat(node_name(plan, node), " is in maintenance, so ", consequence)};
  }
  return {base::cat("it is not managed, so ", consequence)};
}

/// What all nodes have against the resource, if that is one thing.
std::optional<std::string> common_ban(const Plan& plan, const Explanation& explanation) {
  std::vector<std::string> common;
  bool first = true;
  for (const NodeVerdict& verdict : explanation.nodes) {
    if (!verdict.score) continue;
    std::vector<std::string> bans;
    for (const Contribution& contribution : verdict.contributions) {
      if (!contribution.bans()) continue;
      bans.push_back(cause(plan, explanation.resource, contribution));
    }
    if (first) {
      common = std::move(bans);
    } else {
      common.erase(std::remove_if(common.begin(), common.end(),
                                  [&](const std::string& text) {
                                    return std::find(bans.begin(), bans.end(), text) == bans.end();
                                  }),
                   common.end());
    }
    first = false;
  }
  if (common.empty()) return std::nullopt;
  return common.front();
}

std::vector<std::string> nowhere(const Plan& plan, const Explanation& explanation) {
  const auto lock = plan.placement->resource(explanation.resource).lock_node;
  if (lock) {
    return {base::cat("nowhere until ", node_name(plan, *lock),
                      " comes back, which was shut down in order (shutdown-lock)")};
  }
  if (const auto common = common_ban(plan, explanation)) {
    return {base::cat("nowhere: ", *common)};
  }
  const bool named =
      std::any_of(explanation.nodes.begin(), explanation.nodes.end(),
                  [](const NodeVerdict& verdict) { return verdict.score.has_value(); });
  if (!named && !plan.status->options.symmetric) {
    return {"nowhere: the cluster is opt-in, and no location constraint names a node for it"};
  }
  if (!named) return {"nowhere: there is no node that could run it"};
  return {"nowhere: each node is excluded or cannot take resources now"};
}

std::string room(const NodeVerdict& verdict) {
  std::string out;
  for (const auto& [name, amount] : verdict.capacity) {
    out += base::cat(out.empty() ? "" : ", ", name, " ", amount);
  }
  return out.empty() ? "nothing" : out;
}

std::string tie(const Plan& plan, const Explanation& explanation, const NodeVerdict& best,
                const NodeVerdict& second) {
  const std::string_view node = node_name(plan, best.node);
  switch (explanation.tie) {
    case Tie::kCapacity:
      return base::cat(node, " has more room left (", room(best), " against ", room(second), ")");
    case Tie::kLoad:
      return base::cat(node, " was given fewer resources before, ", best.load, " against ",
                       second.load);
    case Tie::kCurrent:
      return "it runs there already";
    case Tie::kWish:
      return base::cat(node, " is where it is wanted");
    case Tie::kName:
      return base::cat(node, " comes first by name");
    case Tie::kNone:
    case Tie::kScore:
      break;
  }
  return {};
}

std::vector<std::string> against_runner_up(const Plan& plan, const Explanation& explanation) {
  const NodeVerdict* best = chosen_of(explanation);
  if (best == nullptr || !best->score) return {};
  const std::string_view node = node_name(plan, best->node);
  const std::string score = base::to_string(*best->score);
  if (!explanation.runner_up) {
    return {base::cat(node, " is the only node that can run it now (score ", score, ")")};
  }
  const NodeVerdict& second = explanation.nodes[*explanation.runner_up];
  const std::string_view other = node_name(plan, second.node);
  if (explanation.tie != Tie::kScore) {
    return {base::cat(node, " and ", other, " both score ", score, "; ",
                      tie(plan, explanation, *best, second))};
  }
  const std::string next = base::to_string(*second.score);
  if (*best->score < *second.score) {
    return {base::cat(node, " was asked for: it scores ", score, ", ", other, " ", next)};
  }
  const std::string margin = explanation.margin.is_plus_infinity()
                                 ? std::string()
                                 : base::cat(", a margin of ", explanation.margin.value());
  return {
      base::cat(node, " scores ", score, ", the next best, ", other, ", scores ", next, margin)};
}

/// Where a resource is active; for a bundle, without the insides of its containers.
std::vector<NodeId> outer_nodes(const Plan& plan, const Explanation& explanation) {
  std::vector<NodeId> out;
  for (const NodeId node : explanation.active_on) {
    const bool inside = plan.status->node(node).kind == NodeKind::kBundle;
    if (!inside || !plan.status->resource(explanation.resource).is_bundle()) out.push_back(node);
  }
  return out;
}

/// Whether the plan would start it but cannot.
bool is_start_blocked(const Explanation& explanation) {
  return std::any_of(explanation.actions.begin(), explanation.actions.end(),
                     [](const auto& note) { return note.task == Task::kStart && !note.runnable; });
}

}  // namespace

std::string now(const Plan& plan, const Explanation& explanation) {
  std::string out = "stopped";
  if (!explanation.active_on.empty()) {
    const bool primitive = plan.status->resource(explanation.resource).is_primitive();
    const std::string what =
        primitive ? role(plan, explanation.resource, explanation.role) : "active";
    out = base::cat(what, " on ", nodes(plan, outer_nodes(plan, explanation)));
  }
  if (explanation.failed) out += ", failed";
  if (explanation.blocked) {
    out += ", blocked";
  } else if (!explanation.managed) {
    out += ", not managed";
  }
  return out;
}

std::string planned(const Plan& plan, const Explanation& explanation) {
  std::string out;
  for (const SummaryLine* line : explanation.summary) {
    if (!out.empty()) out += "; ";
    out += step(plan, explanation, *line);
    if (!line->reason.empty()) out += base::cat(", ", reason(line->reason));
    if (line->blocked) out += "; but this cannot be done now";
  }
  if (!out.empty()) return out;
  if (explanation.active_on.empty() && (!explanation.node || !explanation.managed)) {
    return "stays stopped";
  }
  if (!explanation.node) return "nothing";
  return base::cat("stays ", role(plan, explanation.resource, explanation.next_role), " on ",
                   node_name(plan, *explanation.node));
}

std::vector<std::string> choice(const Plan& plan, const Explanation& explanation) {
  if (!explanation.rule) return {};
  switch (*explanation.rule) {
    case Rule::kUnmanaged:
      return unmanaged(plan, explanation);
    case Rule::kStopAll:
      return {"nowhere: stop-all-resources is set"};
    case Rule::kNoInstance:
      return {"nowhere: what it goes with has no instance that it could join"};
    case Rule::kNoNode:
      return nowhere(plan, explanation);
    case Rule::kBest:
    case Rule::kCurrent:
    case Rule::kWished:
    case Rule::kRoomiest:
      break;
  }
  std::vector<std::string> out = against_runner_up(plan, explanation);
  if (is_start_blocked(explanation)) out.emplace_back("but it cannot start there now");
  return out;
}

}  // namespace systole::policy::words
