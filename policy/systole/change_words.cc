// What operators can do about a decision, and what the plan does.

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "policy/explain/contributions.h"
#include "policy/systole/words.h"

namespace systole::policy::words {

namespace {

using explain::Contribution;
using explain::Explanation;
using explain::NodeState;
using explain::NodeVerdict;

std::string node_change(const Plan& plan, const NodeVerdict& verdict) {
  const std::string name(node_name(plan, verdict.node));
  switch (verdict.state) {
    case NodeState::kReady:
      return {};
    case NodeState::kOffline:
      return base::cat(name, " must come online");
    case NodeState::kUnclean:
      return base::cat(name, " must be fenced and come back");
    case NodeState::kPending:
      return base::cat(name, " must finish joining the cluster");
    case NodeState::kStandby:
      return base::cat(name, " must leave standby");
    case NodeState::kStandbyOnFail:
      return base::cat("the failure that put ", name, " into standby must be cleaned up");
    case NodeState::kMaintenance:
      return base::cat(name, " must leave maintenance");
    case NodeState::kLeaving:
      return base::cat(name, " must shut down and come back");
  }
  return {};
}

std::string failures_of(const Plan& plan, const ScoreEntry& entry, RscId rsc) {
  const RscId who = entry.why.other.value_or(rsc);
  return base::cat("the failures of ", resource_name(plan, who), " on ",
                   node_name(plan, entry.node), " must be cleaned up");
}

std::string other(const Plan& plan, const ScoreEntry& entry) {
  return entry.why.other ? std::string(resource_name(plan, *entry.why.other)) : std::string();
}

std::string stop_change(const Plan& plan, RscId rsc) {
  const Resource& resource = plan.status->resource(rsc);
  const auto target = resource.meta.find("target-role");
  if (!target || parse_role(*target) != Role::kStopped) {
    return base::cat("the failures of ", resource.id, " must be cleaned up");
  }
  return "its target-role must not be Stopped";
}

std::string ban_change(const Plan& plan, RscId rsc, const Contribution& contribution);

/// What would allow `rsc` on `node`, if one thing of its own keeps it away.
std::string root_change(const Plan& plan, RscId rsc, NodeId node) {
  for (const Contribution& contribution : explain::contributions_to(plan, rsc, node)) {
    const ScoreCause kind = contribution.entry.why.cause;
    const bool own = kind != ScoreCause::kColocation && kind != ScoreCause::kDependent &&
                     kind != ScoreCause::kFloor;
    if (contribution.bans() && own) return ban_change(plan, rsc, contribution);
  }
  return {};
}

std::string dependent_change(const Plan& plan, const ScoreEntry& entry) {
  std::string root = root_change(plan, *entry.why.other, entry.node);
  if (!root.empty()) return root;
  return base::cat(other(plan, entry), " must be allowed on ", node_name(plan, entry.node));
}

std::string colocation_change(const Plan& plan, RscId rsc, const ScoreEntry& entry) {
  const std::string name = other(plan, entry);
  const std::string node(node_name(plan, entry.node));
  const Colocation* colocation = find_colocation(plan, rsc, entry.why);
  if (colocation != nullptr && colocation->score.value() < 0) {
    return base::cat(name, " must leave ", node);
  }
  const bool role = colocation != nullptr && colocation->primary_role == Role::kPromoted;
  return base::cat(name, role ? " must be promoted on " : " must run on ", node);
}

/// What would make a summand of -INFINITY go away.
std::string ban_change(const Plan& plan, RscId rsc, const Contribution& contribution) {
  const ScoreEntry& entry = contribution.entry;
  const std::string node(node_name(plan, entry.node));
  switch (entry.why.cause) {
    case ScoreCause::kLocation:
      return base::cat("location constraint ", entry.why.detail, " must go");
    case ScoreCause::kHealth:
      return base::cat("the health of ", node, " must recover");
    case ScoreCause::kFailure:
      return base::cat("the failures of ", resource_name(plan, entry.why.other.value_or(rsc)),
                       " must be cleaned up");
    case ScoreCause::kMigrationThreshold:
      return failures_of(plan, entry, rsc);
    case ScoreCause::kMultipleActive:
      return "it must be stopped where it runs too often, and be cleaned up";
    case ScoreCause::kRemoved:
      return entry.why.other ? base::cat(other(plan, entry), " must want more instances")
                             : "it must be configured again";
    case ScoreCause::kTicket:
      return entry.why.detail.empty() ? "its ticket must be granted"
                                      : base::cat("ticket ", entry.why.detail, " must be granted");
    case ScoreCause::kShutdownLock:
      return "its shutdown lock must be lifted";
    case ScoreCause::kDiscovery:
      return base::cat("a location constraint with exclusive discovery must name ", node);
    case ScoreCause::kTargetRole:
      return stop_change(plan, rsc);
    case ScoreCause::kColocation:
      return colocation_change(plan, rsc, entry);
    case ScoreCause::kDependent:
    case ScoreCause::kFloor:
      return dependent_change(plan, entry);
    case ScoreCause::kCapacity:
      return base::cat(node, " must get more room");
    case ScoreCause::kParent:
      return base::cat(other(plan, entry), " must be allowed on ", node);
    case ScoreCause::kNodeFull:
      return base::cat("the other instance of ", other(plan, entry), " must leave ", node);
    case ScoreCause::kCloneFull:
      return base::cat(other(plan, entry), " must be allowed more instances");
    case ScoreCause::kDefault:
      return base::cat("the score of node ", node, " must be raised");
    case ScoreCause::kNodeState:
    case ScoreCause::kOwnNode:
    case ScoreCause::kStickiness:
    case ScoreCause::kUnmanaged:
    case ScoreCause::kNodeKind:
    case ScoreCause::kPromotion:
    case ScoreCause::kNoPromotionScore:
    case ScoreCause::kRole:
      return {};
  }
  return {};
}

/// Whether nothing that people can change takes a summand away.
bool is_unchangeable(const Contribution& contribution) {
  const ScoreCause cause = contribution.entry.why.cause;
  return cause == ScoreCause::kNodeKind || cause == ScoreCause::kOwnNode;
}

struct ReasonWord {
  std::string_view text;
  std::string_view words;
};

constexpr std::array kReasons = {
    ReasonWord{"node availability", "because no node can run it"},
    ReasonWord{"no quorum", "because the partition has no quorum"},
    ReasonWord{"quorum freeze", "because the partition has no quorum (no-quorum-policy is freeze)"},
    ReasonWord{"resource definition change", "because its definition changed"},
    ReasonWord{"being multiply active", "because it is active on several nodes"},
    ReasonWord{"container", "because what runs inside it failed"},
};

struct TaskWord {
  std::string_view task;
  std::string_view does;
  std::string_view cannot;
};

constexpr std::array kTasks = {
    TaskWord{"start", "starts", "cannot start"},
    TaskWord{"stop", "stops", "cannot be stopped"},
    TaskWord{"promote", "is promoted", "cannot be promoted"},
    TaskWord{"demote", "is demoted", "cannot be demoted"},
    TaskWord{"running", "starts", "cannot start"},
    TaskWord{"stopped", "stops", "cannot be stopped"},
    TaskWord{"promoted", "is promoted", "cannot be promoted"},
    TaskWord{"demoted", "is demoted", "cannot be demoted"},
    TaskWord{"monitor", "is looked for", "cannot be looked for"},
};

/// "db start" as "db starts" or "db cannot start".
std::string happening(std::string_view text, bool possible) {
  const std::size_t blank = text.rfind(' ');
  if (blank == std::string_view::npos) return std::string(text);
  for (const TaskWord& row : kTasks) {
    if (row.task != text.substr(blank + 1)) continue;
    return base::cat(text.substr(0, blank), " ", possible ? row.does : row.cannot);
  }
  return base::cat(possible ? "" : "there can be no ", text);
}

}  // namespace

std::vector<std::string> change(const Plan& plan, const Explanation& explanation,
                                const NodeVerdict& verdict) {
  std::vector<std::string> out;
  const auto say = [&](std::string clause) {
    const bool known = std::find(out.begin(), out.end(), clause) != out.end();
    if (!clause.empty() && !known) out.push_back(std::move(clause));
  };
  if (verdict.change.impossible) return out;
  for (const std::size_t place : verdict.change.bans) {
    if (is_unchangeable(verdict.contributions[place])) return {};
  }
  if (verdict.change.node_must_be_ready) say(node_change(plan, verdict));
  if (verdict.change.node_must_be_named) {
    say(base::cat("a location constraint must name ", node_name(plan, verdict.node)));
  }
  for (const std::size_t place : verdict.change.bans) {
    say(ban_change(plan, explanation.resource, verdict.contributions[place]));
  }
  for (const NodeVerdict& chosen : explanation.nodes) {
    if (!chosen.chosen) continue;
    for (const std::size_t place : verdict.change.rivals) {
      say(base::cat("what gives ", node_name(plan, chosen.node), " INFINITY must go (",
                    cause(plan, explanation.resource, chosen.contributions[place]), ")"));
    }
  }
  const int missing = verdict.change.missing.value();
  if (missing > 0) {
    say(base::cat("its score must grow by ", base::to_string(verdict.change.missing)));
  }
  return out;
}

std::vector<std::string> trial(const Plan& plan, const Explanation& explanation,
                               const NodeVerdict& verdict, const explain::Trial& trial) {
  constexpr std::size_t kShown = 8;
  const std::string_view rsc = resource_name(plan, explanation.resource);
  const std::string_view node = node_name(plan, verdict.node);
  std::vector<std::string> out;
  if (!trial.chosen) {
    out.push_back(base::cat("Tried: ", rsc, " would still not go to ", node,
                            "; what it goes with has a say, too."));
    return out;
  }
  if (trial.others.empty()) {
    out.push_back(
        base::cat("Tried: ", rsc, " would go to ", node, ", and nothing else would move."));
    return out;
  }
  out.push_back(base::cat("Tried: ", rsc, " would go to ", node, ". What else would change:"));
  const auto name = [](const std::string& text) { return text.empty() ? "nowhere" : text; };
  for (std::size_t i = 0; i < trial.others.size() && i < kShown; ++i) {
    const explain::Displacement& other = trial.others[i];
    out.push_back(base::cat("  ", other.resource, ": ", name(other.from), " -> ", name(other.to)));
  }
  if (trial.others.size() > kShown) {
    out.push_back(base::cat("  and ", trial.others.size() - kShown, " more"));
  }
  return out;
}

std::string reason(std::string_view text) {
  for (const ReasonWord& row : kReasons) {
    if (row.text == text) return std::string(row.words);
  }
  const auto after = [&](std::string_view prefix) { return text.substr(prefix.size()); };
  constexpr std::string_view kRequired = "required ";
  constexpr std::string_view kUnrunnable = "unrunnable ";
  constexpr std::string_view kUnmigrateable = "unmigrateable ";
  if (text.starts_with(kRequired)) {
    return base::cat("because ", happening(after(kRequired), true));
  }
  if (text.starts_with(kUnrunnable)) {
    return base::cat("because ", happening(after(kUnrunnable), false));
  }
  if (text.starts_with(kUnmigrateable)) {
    return base::cat("and cannot be migrated live because ",
                     happening(after(kUnmigrateable), true));
  }
  return base::cat("because of ", text);
}

namespace {

std::string wait(const Plan& plan, const explain::Wait& wait) {
  if (wait.task == Task::kFence) {
    return base::cat("the fencing of ", wait.node ? node_name(plan, *wait.node) : "a node");
  }
  std::string out(to_string(wait.task));
  if (wait.resource) out += base::cat(" of ", resource_name(plan, *wait.resource));
  if (wait.node) out += base::cat(" on ", node_name(plan, *wait.node));
  if (!wait.order.empty()) out += base::cat(" (order ", wait.order, ")");
  return out;
}

/// The words before and after the node.
struct ActionText {
  std::string before;
  std::string after;
  std::vector<NodeId> where;
};

ActionText action(const Plan& plan, const explain::ActionNote& note) {
  ActionText out;
  out.before = note.task == Task::kOther ? note.name : to_string(note.task);
  if (note.task == Task::kMonitor && note.interval_ms == 0) out.before = "probe";
  if (note.interval_ms > 0) {
    out.before += note.interval_ms % 1000 == 0 ? base::cat(" every ", note.interval_ms / 1000, " s")
                                               : base::cat(" every ", note.interval_ms, " ms");
  }
  if (!note.runnable) out.after = ": cannot be done";
  if (!note.reason.empty()) {
    out.after += base::cat(note.runnable ? ", " : " ", reason(note.reason));
  }
  std::vector<std::string> waits;
  for (const explain::Wait& each : note.waits) waits.push_back(wait(plan, each));
  if (!waits.empty() && note.runnable) out.after += base::cat(", after ", list(waits));
  if (note.node) out.where.push_back(*note.node);
  return out;
}

}  // namespace

std::vector<std::string> actions(const Plan& plan, const std::vector<explain::ActionNote>& notes) {
  std::vector<ActionText> texts;
  for (const explain::ActionNote& note : notes) {
    ActionText text = action(plan, note);
    const auto like = std::find_if(texts.begin(), texts.end(), [&](const ActionText& other) {
      return other.before == text.before && other.after == text.after;
    });
    if (like == texts.end()) {
      texts.push_back(std::move(text));
    } else {
      like->where.insert(like->where.end(), text.where.begin(), text.where.end());
    }
  }
  std::vector<std::string> out;
  out.reserve(texts.size());
  for (const ActionText& text : texts) {
    const std::string where =
        text.where.empty() ? std::string() : base::cat(" on ", nodes(plan, text.where));
    out.push_back(base::cat(text.before, where, text.after));
  }
  return out;
}

}  // namespace systole::policy::words
