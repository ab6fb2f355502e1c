#include "crmd/core/coordination.h"

#include <algorithm>

#include "crmd/core/actions.h"
#include "crmd/core/attributes.h"
#include "crmd/core/bootstrap.h"
#include "crmd/core/change.h"
#include "crmd/core/fences.h"
#include "crmd/core/membership.h"
#include "crmd/core/transition_key.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr Milliseconds kCollect = Milliseconds(100);
constexpr Milliseconds kDefaultStartupWait = std::chrono::seconds(20);

bool is_coordinator(const ControllerState& state) {
  return state.synchronized() && !state.exiting && coordinator_of(state) == state.self();
}

/// Nodes of the nodelist of which nobody has heard anything.
bool has_unseen_nodes(const ControllerState& state) {
  return std::any_of(
      state.boot.nodes.begin(), state.boot.nodes.end(),
      [&](const ConfiguredNode& node) { return !state.replica.peers.contains(node.number); });
}

Milliseconds property_duration(const ControllerState& state, std::string_view name,
                               Milliseconds fallback) {
  const std::string text = cluster_property(state, name, "");
  if (text.empty()) return fallback;
  return std::min(base::parse_duration(text).value_or(fallback), kLongest);
}

void become_coordinator(ControllerState& state) {
  Coordination& coordination = state.coordination;
  coordination.active = true;
  coordination.since = state.now.steady;
  coordination.startup_over = false;
  coordination.described = false;
  coordination.dirty = true;
  coordination.failed_fencings.clear();
  coordination.postponed_fencings.clear();
  state.log(base::LogLevel::kNotice, "this node is the coordinator");
  state.out.push_back(effect::ArmTimer{
      {TimerId::Kind::kStartup, 0}, property_duration(state, "dc-deadtime", kDefaultStartupWait)});
}

void stop_coordinating(ControllerState& state) {
  Coordination& coordination = state.coordination;
  coordination.active = false;
  coordination.transition.reset();
  coordination.planning.reset();
  coordination.sent.clear();
  coordination.telling.clear();
}

/// Nodes went away that may have to be fenced: that must not wait for slow operations elsewhere.
bool has_nodes_to_fence(const ControllerState& state) {
  const auto& peers = state.replica.peers;
  const bool lost = std::any_of(peers.begin(), peers.end(), [](const auto& entry) {
    return entry.second.state == Peer::State::kLost || entry.second.state == Peer::State::kOverdue;
  });
  // Without fencing they stay as they are, maybe for long.
  return lost && fencing_enabled(state);
}

bool may_plan(const ControllerState& state) {
  const Coordination& coordination = state.coordination;
  if (coordination.planning || coordination.transition || !coordination.sent.empty()) return false;
  // A plan would have the same node fenced again.
  if (!coordination.telling.empty()) return false;
  if (has_reporters(state)) return false;
  if (!state.replica.in_flight.empty() && !(coordination.dirty && has_nodes_to_fence(state))) {
    return false;
  }
  return coordination.startup_over || !has_unseen_nodes(state);
}

void request_plan(ControllerState& state) {
  Coordination& coordination = state.coordination;
  if (!coordination.dirty) {
    const Milliseconds wait = coordination.last_plan_at + kCollect - state.now.steady;
    if (coordination.plans > 0 && wait > Milliseconds::zero()) {
      if (!coordination.soft_delay) {
        coordination.soft_delay = true;
        state.out.push_back(effect::ArmTimer{{TimerId::Kind::kPlan, 0}, wait});
      }
      return;
    }
  }
  coordination.dirty = false;
  coordination.soft_dirty = false;
  coordination.last_plan_at = state.now.steady;
  coordination.planning = PlanId(++coordination.plans);
  coordination.only_fencings = !state.replica.in_flight.empty();
  state.out.push_back(effect::CancelTimer{{TimerId::Kind::kReplan, 0}});
  state.out.push_back(
      effect::Plan{*coordination.planning, wall_seconds(state.now), state.now.utc_offset});
}

void finish_transition(ControllerState& state) {
  Coordination& coordination = state.coordination;
  if (coordination.transition->unstarted() != 0 && !coordination.only_fencings &&
      !coordination.transition->winds_down()) {
    state.log(
        base::LogLevel::kError,
        base::cat("transition ", coordination.transition->number(), " ended with ",
                  coordination.transition->unstarted(), " actions that could not be started"));
  }
  coordination.transition.reset();
}

/// Ends a transition that was overtaken once nothing more of it has to be done. A promotion that
/// was begun is told to the other copies: they follow the one that was promoted.
void wind_down(ControllerState& state) {
  Coordination& coordination = state.coordination;
  Transition& transition = *coordination.transition;
  transition.wind_down();
  start_ready_actions(state);
  const bool under_way = !state.replica.in_flight.empty() || !coordination.sent.empty();
  if (!transition.has_duties_left() && transition.finished()) {
    finish_transition(state);
  } else if (!transition.has_duties_left() || !under_way) {
    coordination.transition.reset();
  }
}

void carry_on(ControllerState& state) {
  Coordination& coordination = state.coordination;
  if (coordination.dirty && has_nodes_to_fence(state)) {
    coordination.transition.reset();
  } else if (coordination.dirty) {
    wind_down(state);
  } else {
    start_ready_actions(state);
    if (coordination.transition->finished()) {
      finish_transition(state);
    } else if (coordination.soft_dirty) {
      wind_down(state);
    }
  }
}

std::uint64_t overdue_timer(std::string_view key) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

/// Every operation ends: one whose executor says nothing for much longer than it may take failed.
void watch_operation(ControllerState& state, const Operation& operation) {
  const Milliseconds margin = property_duration(state, "cluster-delay", std::chrono::seconds(60));
  const Milliseconds bound = std::min(operation.timeout + operation.start_delay + margin, kLongest);
  state.out.push_back(
      effect::ArmTimer{{TimerId::Kind::kAction, overdue_timer(operation.transition_key)}, bound});
}

void watch_operations(ControllerState& state) {
  for (const auto& [key, flight] : state.replica.in_flight) {
    watch_operation(state, flight.operation);
  }
}

void on_operation_overdue(ControllerState& state, std::uint64_t number) {
  for (const auto& [key, flight] : state.replica.in_flight) {
    if (overdue_timer(key) != number) continue;
    message::Result result;
    result.now = state.now;
    result.result.operation = flight.operation;
    result.result.status = OpStatus::kTimeout;
    result.result.rc = 1;
    result.result.reason = "the executor did not report a result in time";
    result.result.last_rc_change = wall_seconds(state.now);
    result.concluded = true;
    state.multicast(result);
  }
}

}  // namespace

bool fencing_enabled(const ControllerState& state) {
  return base::parse_bool(cluster_property(state, "stonith-enabled", "true")).value_or(true);
}

void need_plan(ControllerState& state, Urgency urgency) {
  (urgency == Urgency::kHard ? state.coordination.dirty : state.coordination.soft_dirty) = true;
}

void coordinate(ControllerState& state) {
  Coordination& coordination = state.coordination;
  if (!is_coordinator(state)) {
    if (coordination.active && state.synchronized()) stop_coordinating(state);
    return;
  }
  if (!coordination.active) {
    become_coordinator(state);
    flush_waiting_attributes(state);
    watch_operations(state);
  }
  describe_cluster(state);
  announce_fencings(state);
  if (coordination.only_fencings && state.replica.in_flight.empty()) {
    coordination.only_fencings = false;
    coordination.dirty = true;
  }
  if (coordination.transition) carry_on(state);
  if ((coordination.dirty || coordination.soft_dirty) && may_plan(state)) request_plan(state);
}

void pause_coordination(ControllerState& state) {
  Coordination& coordination = state.coordination;
  coordination.transition.reset();
  coordination.planning.reset();
  coordination.sent.clear();
  coordination.telling.clear();
  coordination.only_fencings = false;
  coordination.dirty = true;
}

void start_coordination(ControllerState& state) {
  state.coordination.dirty = true;
  if (coordinator_of(state) == state.self()) watch_operations(state);
}

bool awaits_operation(const ControllerState& state, std::string_view transition_key) {
  const Coordination& coordination = state.coordination;
  const std::optional<TransitionKey> key = parse_transition_key(transition_key);
  return key && coordination.transition && key->uuid == state.boot.transition_uuid &&
         key->transition == coordination.transition->number() &&
         coordination.transition->waits_for(key->action);
}

void operation_started(ControllerState& state, const Operation& operation) {
  state.coordination.sent.erase(operation.transition_key);
  if (is_coordinator(state)) watch_operation(state, operation);
}

void operation_ended(ControllerState& state, const std::string& transition_key, bool as_expected) {
  if (is_coordinator(state)) {
    state.out.push_back(
        effect::CancelTimer{{TimerId::Kind::kAction, overdue_timer(transition_key)}});
  }
  const bool ours = state.coordination.sent.erase(transition_key) > 0;
  if (!awaits_operation(state, transition_key)) {
    // The end of what an earlier plan began is what the next plan waits for.
    if (ours) need_plan(state, Urgency::kHard);
    return;
  }
  const std::uint32_t action = parse_transition_key(transition_key)->action;
  if (as_expected) {
    state.coordination.transition->confirm(action);
  } else {
    state.coordination.transition->leave_out(action);
    need_plan(state, Urgency::kHard);
  }
}

void operation_refused(ControllerState& state, const std::string& transition_key) {
  state.coordination.sent.erase(transition_key);
  if (awaits_operation(state, transition_key)) {
    state.coordination.transition->leave_out(parse_transition_key(transition_key)->action);
  }
  need_plan(state, Urgency::kHard);
}

void operations_lost(ControllerState& state, NodeNumber) {
  need_plan(state, Urgency::kHard);
}

void member_reported(ControllerState& state) {
  need_plan(state, Urgency::kHard);
}

void on_plan_ready(ControllerState& state, const event::PlanReady& event) {
  Coordination& coordination = state.coordination;
  if (coordination.planning != event.id) return;
  coordination.planning.reset();
  if (!event.graph) {
    state.log(base::LogLevel::kError, base::cat("no plan: ", event.graph.error().message));
    return;
  }
  if (event.graph->recheck_by) {
    const Milliseconds wait =
        std::chrono::seconds(*event.graph->recheck_by - wall_seconds(state.now));
    state.out.push_back(
        effect::ArmTimer{{TimerId::Kind::kReplan, 0},
                         std::clamp<Milliseconds>(wait, std::chrono::seconds(1), kLongest)});
  }
  if (!coordination.telling.empty()) coordination.dirty = true;
  if (coordination.dirty) return;
  coordination.transition.emplace(*event.graph, ++coordination.transitions);
  state.log(base::LogLevel::kInfo, base::cat("transition ", coordination.transitions, " with ",
                                             event.graph->synapses.size(), " actions"));
}

void on_coordination_timer(ControllerState& state, const TimerId& timer) {
  Coordination& coordination = state.coordination;
  switch (timer.kind) {
    case TimerId::Kind::kStartup:
      coordination.startup_over = true;
      break;
    case TimerId::Kind::kReplan:
      need_plan(state, Urgency::kHard);
      break;
    case TimerId::Kind::kPlan:
      coordination.soft_delay = false;
      break;
    case TimerId::Kind::kFence:
      request_postponed_fencings(state);
      break;
    case TimerId::Kind::kAction:
      if (is_coordinator(state)) on_operation_overdue(state, timer.number);
      break;
    default:
      break;
  }
}

std::string coordination_state(const ControllerState& state) {
  if (!state.synchronized()) return "S_PENDING";
  const std::optional<NodeNumber> coordinator = coordinator_of(state);
  if (coordinator != state.self()) return "S_NOT_DC";
  const Coordination& coordination = state.coordination;
  if (has_reporters(state)) return "S_INTEGRATION";
  if (coordination.transition || !coordination.sent.empty()) return "S_TRANSITION_ENGINE";
  if (coordination.planning || coordination.dirty || coordination.soft_dirty) {
    return "S_POLICY_ENGINE";
  }
  return "S_IDLE";
}

}  // namespace systole::crmd
