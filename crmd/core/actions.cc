#include "crmd/core/actions.h"

#include <algorithm>
#include <limits>

#include "crmd/core/change.h"
#include "crmd/core/coordination.h"
#include "crmd/core/fences.h"
#include "crmd/core/node_state.h"
#include "crmd/core/transition_key.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

using model::GraphAction;
using model::GraphActionKind;

constexpr Milliseconds kDefaultTimeout = std::chrono::seconds(20);

Milliseconds milliseconds_of(const GraphAction& action, std::string_view name,
                             Milliseconds fallback) {
  const auto number = base::parse_integer<std::int64_t>(attribute_of(action, name));
  return number ? Milliseconds(*number) : fallback;
}

std::string transition_key(const ControllerState& state, const GraphAction& action) {
  TransitionKey key;
  key.action = action.id;
  key.transition = state.coordination.transition->number();
  key.target_rc =
      base::parse_integer<int>(attribute_of(action, "CRM_meta_op_target_rc")).value_or(0);
  key.uuid = state.boot.transition_uuid;
  return to_string(key);
}

/// The node whose executor does it: for remote nodes the one that holds the connection.
std::optional<NodeNumber> target_of(const ControllerState& state, const GraphAction& action) {
  return node_number(state, action.router_node.empty() ? action.node : action.router_node);
}

Operation operation_of(const ControllerState& state, const GraphAction& action) {
  Operation out;
  out.transition_key = transition_key(state, action);
  out.resource = action.resource ? action.resource->id : model::Text();
  if (action.resource) {
    out.standard = action.resource->standard;
    out.provider = action.resource->provider;
    out.type = action.resource->type;
  }
  out.task = action.operation;
  out.interval = milliseconds_of(action, "CRM_meta_interval", Milliseconds::zero());
  out.timeout = milliseconds_of(action, "CRM_meta_timeout", kDefaultTimeout);
  out.start_delay = milliseconds_of(action, "CRM_meta_start_delay", Milliseconds::zero());
  out.key = out.task == "notify" ? action.key : operation_key(out.resource, out.task, out.interval);
  out.node = action.node;
  out.node_id = action.node_uuid;
  const auto add = [&](model::Text name, model::Text value) {
    out.parameters.emplace_back(name, value);
  };
  for_each_attribute(action, add);
  if (action.attributes) {
    for (const auto& [name, value] : action.attributes->odd) add(name, value);
  }
  return out;
}

/// The outcome of trying to start an action.
enum class Started : std::uint8_t {
  kOutstanding,
  kDone,        ///< nobody has to answer
  kImpossible,  ///< left out, with what waits for it
};

Started start_cancel(ControllerState& state, const GraphAction& action, NodeNumber target) {
  message::Cancel cancel;
  cancel.round = state.agreement.round;
  cancel.now = state.now;
  cancel.target = target;
  cancel.transition_key = transition_key(state, action);
  cancel.resource = action.resource ? action.resource->id : model::Text();
  cancel.task = attribute_of(action, "CRM_meta_operation");
  cancel.interval = milliseconds_of(action, "CRM_meta_interval", Milliseconds::zero());
  cancel.key = operation_key(cancel.resource, cancel.task, cancel.interval);
  state.coordination.sent.insert(cancel.transition_key);
  state.multicast(cancel);
  return Started::kOutstanding;
}

Started start_resource_action(ControllerState& state, const GraphAction& action) {
  const std::optional<NodeNumber> target = target_of(state, action);
  if (!target || !action.resource) return Started::kImpossible;
  if (action.operation == "cancel") return start_cancel(state, action, *target);
  message::Execute execute{state.agreement.round, state.now, *target, operation_of(state, action)};
  state.coordination.sent.insert(execute.operation.transition_key);
  state.multicast(execute);
  return Started::kOutstanding;
}

Started start_cluster_action(ControllerState& state, const GraphAction& action) {
  if (action.operation == "do_shutdown") {
    const std::optional<NodeNumber> target = target_of(state, action);
    if (!target) return Started::kImpossible;
    state.multicast(message::Leave{state.agreement.round, *target});
    return Started::kDone;
  }
  if (!action.resource) return Started::kImpossible;
  if (action.operation == "clear_failcount") {
    AttributeRequest request;
    request.task = AttributeRequest::Task::kClearFailure;
    request.resource = action.resource->id.empty() ? action.resource->long_id : action.resource->id;
    request.node = action.node;
    state.multicast(message::AttributeChanges{state.now, {std::move(request)}});
    return Started::kDone;
  }
  if (action.operation == "lrm_delete") {
    message::Resource forget;
    forget.now = state.now;
    forget.request.task = ResourceRequest::Task::kForget;
    forget.request.node = action.node;
    forget.request.resource = action.resource->id;
    forget.request.cib_only = true;
    state.multicast(forget);
    return Started::kDone;
  }
  return Started::kImpossible;
}

/// Remote nodes that enter or leave maintenance are marked so.
void record_maintenance(ControllerState& state, const GraphAction& action) {
  const xml::Document status = xml::Document::create("status");
  for (const auto& [id, on] : action.maintenance) {
    xml::Element entry = status.root().append("node_state");
    entry.set_attribute("id", id);
    entry.set_attribute("node_in_maintenance", on ? "1" : "0");
  }
  message::CibChange change;
  change.now = state.now;
  change.request.operation = "cib_modify";
  change.request.section = "status";
  change.request.options = (cib::CallOption::kQuorumOverride | cib::CallOption::kCanCreate).bits();
  change.request.input = status.compact();
  change.request.client = "crmd";
  state.multicast(change);
}

Started start_action(ControllerState& state, const GraphAction& action) {
  switch (action.kind) {
    case GraphActionKind::kPseudo:
      if (!action.maintenance.empty()) record_maintenance(state, action);
      if (action.operation == "stonith") tell_guest_fenced(state, action);
      return Started::kDone;
    case GraphActionKind::kFence:
      request_fencing(state, action);
      return Started::kOutstanding;
    case GraphActionKind::kCluster:
      return start_cluster_action(state, action);
    case GraphActionKind::kResource:
      return start_resource_action(state, action);
  }
  return Started::kImpossible;
}

/// The node's controller died a moment ago. Its return and the end of the waiting for it both lead
/// to a new plan.
bool awaits_controller(const ControllerState& state, NodeNumber node) {
  const auto peer = state.replica.peers.find(node);
  return peer != state.replica.peers.end() && peer->second.state == Peer::State::kGrace;
}

/// Limits of the cluster; 0 is none.
struct Limits {
  std::size_t batch = 0;
  std::size_t migrations = 0;
  std::size_t per_node = 0;
};

std::size_t limit_of(std::string_view text) {
  const auto number = base::parse_integer<std::int64_t>(text);
  return number && *number > 0 ? static_cast<std::size_t>(*number) : 0;
}

/// Operations that the executors have or are about to be given.
class Load {
 public:
  explicit Load(const ControllerState& state) {
    for (const auto& [key, flight] : state.replica.in_flight) {
      add(flight.target, flight.operation.task);
    }
    all_ += state.coordination.sent.size();
  }

  bool allows(const Limits& limits, NodeNumber node, std::string_view task) const {
    const auto count = [&](const std::map<NodeNumber, std::size_t>& counts) {
      const auto found = counts.find(node);
      return found == counts.end() ? std::size_t{0} : found->second;
    };
    if (limits.batch != 0 && all_ >= limits.batch) return false;
    if (limits.per_node != 0 && count(nodes_) >= limits.per_node) return false;
    return limits.migrations == 0 || !is_migration(task) || count(migrations_) < limits.migrations;
  }

  void add(NodeNumber node, std::string_view task) {
    ++all_;
    ++nodes_[node];
    if (is_migration(task)) ++migrations_[node];
  }

 private:
  static bool is_migration(std::string_view task) {
    return task == "migrate_to" || task == "migrate_from";
  }

  std::size_t all_ = 0;
  std::map<NodeNumber, std::size_t> nodes_;
  std::map<NodeNumber, std::size_t> migrations_;
};

}  // namespace

void start_ready_actions(ControllerState& state) {
  Transition& transition = *state.coordination.transition;
  const Limits limits{limit_of(transition.graph().batch_limit),
                      limit_of(transition.graph().migration_limit),
                      limit_of(cluster_property(state, "node-action-limit", "0"))};
  Load load(state);
  std::vector<std::uint32_t> postponed;
  std::vector<std::uint32_t> left_out;
  while (const GraphAction* action = transition.take_ready()) {
    if (state.coordination.only_fencings && action->kind != GraphActionKind::kFence) {
      left_out.push_back(action->id);
      continue;
    }
    const std::optional<NodeNumber> target = target_of(state, *action);
    if (target && awaits_controller(state, *target) && action->kind != GraphActionKind::kFence) {
      postponed.push_back(action->id);
      continue;
    }
    if (action->kind == GraphActionKind::kResource && target) {
      if (!load.allows(limits, *target, action->operation)) {
        postponed.push_back(action->id);
        continue;
      }
      load.add(*target, action->operation);
    }
    // What a probe may still find on the node has to be stopped before the node leaves.
    if (action->operation == "do_shutdown" && transition.has_operations_left(action->node)) {
      postponed.push_back(action->id);
      continue;
    }
    switch (start_action(state, *action)) {
      case Started::kOutstanding:
        break;
      case Started::kDone:
        transition.confirm(action->id);
        break;
      case Started::kImpossible:
        state.log(base::LogLevel::kError,
                  base::cat("action ", action->key, " on '", action->node, "' cannot be started"));
        left_out.push_back(action->id);
        break;
    }
  }
  for (const std::uint32_t id : postponed) transition.put_back(id);
  for (const std::uint32_t id : left_out) transition.leave_out(id);
}

}  // namespace systole::crmd
