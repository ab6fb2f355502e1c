#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// When the coordinator plans, and how it carries the plan out.
///
/// A plan is made from a state in which nothing is under way, and is dropped when something that it
/// depends on changes before it is there. While it is carried out such a change ends it: no further
/// action starts but notifications of what has been done, those under way are waited for, and the
/// next plan is made. Where a node was lost nothing is waited for.
namespace systole::crmd {

enum class Urgency : std::uint8_t {
  kSoft,  ///< changes that may come without end are collected
  kHard,
};

void need_plan(ControllerState& state, Urgency urgency);

/// Does what the coordinator can do now. Called once at the end of every step.
void coordinate(ControllerState& state);

/// Members changed: what is under way belongs to the past.
void pause_coordination(ControllerState& state);
void start_coordination(ControllerState& state);

// What happened to orders; told on all members, of interest to the coordinator.
void operation_started(ControllerState& state, const Operation& operation);
bool awaits_operation(const ControllerState& state, std::string_view transition_key);
void operation_ended(ControllerState& state, const std::string& transition_key, bool as_expected);
void operation_refused(ControllerState& state, const std::string& transition_key);
void operations_lost(ControllerState& state, NodeNumber node);
void member_reported(ControllerState& state);

void on_plan_ready(ControllerState& state, const event::PlanReady& event);
void on_fence_finished(ControllerState& state, const event::FenceFinished& event);
void on_fence_observed(ControllerState& state, const event::FenceObserved& event);
/// The current transition waits for this fencing.
bool awaits_fencing(const ControllerState& state, const message::Fenced& message);
/// The group was told of a fencing. Where it counts, actions that wait for it are done; else the
/// node that it was meant for has booted since, and its fencing has to be planned anew.
void fencing_told(ControllerState& state, const message::Fenced& message, bool counts);
void on_coordination_timer(ControllerState& state, const TimerId& timer);

/// The property stonith-enabled.
bool fencing_enabled(const ControllerState& state);

/// S_IDLE, S_TRANSITION_ENGINE, S_NOT_DC ...
std::string coordination_state(const ControllerState& state);

}  // namespace systole::crmd
