#include <algorithm>

#include "lib/base/strings.h"
#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::OperationConfig;
using model::Text;

bool cannot_recur(Text name) {
  return name == "start" || name == "stop" || name == "promote" || name == "demote" ||
         name == "reload-agent" || name == "migrate_to" || name == "migrate_from";
}

/// The role during which an operation recurs; kUnknown where none is given, nothing for text that
/// names none.
std::optional<Role> role_of(const OperationConfig& op) {
  const Text* text = model::find_value(op.attributes, "role");
  if (text == nullptr) return Role::kUnknown;
  const Role role = parse_role(*text);
  if (role == Role::kUnknown) return std::nullopt;
  return role;
}

/// The first two operations with the name and interval of `op`, which may be one of them.
remark::SameOperation first_two(const Resource& rsc, const OperationConfig& op) {
  remark::SameOperation out;
  for (const OperationConfig& other : rsc.config->operations) {
    if (other.name != op.name || other.interval_ms != op.interval_ms) continue;
    if (out.first != nullptr) {
      out.second = &other;
      break;
    }
    out.first = &other;
  }
  return out;
}

void set_meta(Action& action, Text name, std::string value) {
  for (auto& [key, old] : action.meta) {
    if (key == name) {
      old = std::move(value);
      return;
    }
  }
  action.meta.emplace_back(name, std::move(value));
}

}  // namespace

OpKey Planner::key_of(const OperationConfig& op) const {
  const Task task = parse_task(op.name);
  return {
      .task = task, .interval_ms = op.interval_ms, .name = task == Task::kOther ? op.name : Text()};
}

bool Planner::is_running(RscId id, NodeId node, const OpKey& key) const {
  const auto known = plan_.find_key(id, key, node);
  return known && plan_.action(*known).node == node && plan_.action(*known).task != Task::kCancel;
}

void Planner::create_recurring(RscId id) {
  const Resource& resource = rsc(id);
  const PlacedResource& at = plan_.resource(id);
  if (at.blocked || at.maintenance) return;
  const bool runs = at.next_role != Role::kStopped || !at.managed;
  if (at.node && !plan_.node(*at.node).maintenance && runs) {
    request(id, Task::kStart, at.node, true);
  }
  for (const OperationConfig& op : resource.config->operations) {
    if (op.interval_ms <= 0 || cannot_recur(op.name) || !is_enabled(op)) continue;
    if (const remark::SameOperation same = first_two(resource, op); same.second != nullptr) {
      plan_.remarks.add(same);
      continue;
    }
    const auto role = role_of(op);
    if (!role) continue;
    if (*role == Role::kStopped) {
      create_stopped_recurring(id, op);
    } else {
      create_active_recurring(id, op);
    }
  }
}

void Planner::cancel_recurring(RscId id, NodeId node, const OperationConfig& op, bool active) {
  const PlacedResource& at = plan_.resource(id);
  // The recurring action known from history turns into its own end.
  const ActionId cancel = *plan_.find_key(id, key_of(op), node);
  Action& action = plan_.action(cancel);
  action.task = Task::kCancel;
  action.optional = false;
  set_meta(action, "operation", std::string(op.name));
  set_meta(action, "interval", base::cat(op.interval_ms));
  evaluate(cancel);
  Task before = Task::kNone;
  if (!active) {
    if (at.next_role == Role::kStarted || at.next_role == Role::kUnpromoted) before = Task::kStart;
  } else if (at.next_role == Role::kPromoted && at.role >= Role::kStarted &&
             at.role <= Role::kUnpromoted) {
    before = Task::kPromote;
  } else if (at.next_role == Role::kStopped) {
    before = Task::kStop;
  } else if (at.role == Role::kPromoted) {
    before = Task::kDemote;
  }
  if (before == Task::kNone) return;
  plan_.store({cancel, ResourceTask{id, before}, effect::kUnrunnableBlocks});
}

void Planner::create_active_recurring(RscId id, const OperationConfig& op) {
  const PlacedResource& at = plan_.resource(id);
  if (!at.node || plan_.node(*at.node).maintenance) return;
  if (at.next_role == Role::kStopped && at.managed) return;
  const NodeId node = *at.node;
  const Role role = *role_of(op);
  const OpKey key = key_of(op);
  bool optional = true;
  bool start_runnable = true;
  if (const auto start = plan_.find(id, {.task = Task::kStart, .node = node})) {
    optional = plan_.action(*start).optional;
    start_runnable = plan_.action(*start).runnable;
  }
  const bool running = is_running(id, node, key);
  if (!running) optional = false;
  if (running && plan_.action(*plan_.find_key(id, key, node)).reschedule) optional = false;

  const bool applies =
      role == Role::kUnknown ? at.next_role != Role::kPromoted : role == at.next_role;
  if (!applies) {
    if (optional) cancel_recurring(id, node, op, true);
    return;
  }
  const ActionId monitor = request({id, key, node, optional});
  Action& action = plan_.action(monitor);
  if (!start_runnable || !is_online(node) || plan_.node(node).unclean) action.runnable = false;
  if (at.next_role == Role::kPromoted) action.expected_rc = rc::kRunningPromoted;
  if (!at.managed) return;
  using namespace effect;
  const auto follow = [&](Task task, Bits effects) {
    plan_.store({ResourceTask{id, task}, monitor, effects});
  };
  follow(Task::kStart, kFirstImpliesThen | kUnrunnableBlocks);
  follow(Task::kReload, kFirstImpliesThen | kUnrunnableBlocks);
  if (at.next_role == Role::kPromoted) {
    follow(Task::kPromote, kOrder | kUnrunnableBlocks);
  } else if (at.role == Role::kPromoted) {
    follow(Task::kDemote, kOrder | kUnrunnableBlocks);
  }
}

void Planner::create_stopped_recurring(RscId id, const OperationConfig& op) {
  if (!rsc(id).unique) return;
  const PlacedResource& at = plan_.resource(id);
  const OpKey key = key_of(op);
  if (at.node && is_running(id, *at.node, key)) {
    cancel_recurring(id, *at.node, op, false);
  }
  using namespace effect;
  for (const NodeId node : status_.node_order) {
    if (at.node == node) continue;
    const bool running = is_running(id, node, key);
    const ActionId monitor = request({id, key, node, running});
    plan_.action(monitor).expected_rc = rc::kNotRunning;
    if (at.managed) {
      for (const ActionId other : plan_.actions_of(id)) {
        const Action& probe = plan_.action(other);
        if (probe.key == OpKey{.task = Task::kMonitor} && probe.node == node) {
          plan_.store({other, monitor, kOrder | kUnrunnableBlocks});
        }
      }
    }
    for (const ActionId other : plan_.actions_of(id)) {
      const Action& stop = plan_.action(other);
      if (stop.task != Task::kStop || stop.node != node) continue;
      if (!at.managed) {
        if (!stop.optional) plan_.action(monitor).optional = true;
        continue;
      }
      if (!stop.optional) plan_.action(monitor).optional = false;
      plan_.store({other, monitor, kFirstImpliesThen | kUnrunnableBlocks});
    }
    if (!is_online(node) || plan_.node(node).unclean) plan_.action(monitor).runnable = false;
  }
}

}  // namespace systole::policy
