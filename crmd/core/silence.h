#pragma once

#include "crmd/core/state.h"

/// Controllers that are members of the group and say nothing: their process hangs, or everything on
/// their node does but Corosync. An agreement, and the coordinator, wait for what each member says.
///
/// After a bound those that are waited for are left out: the next round is one of the others, who
/// from then on hear them as little as if they had left the group. Their nodes are members of
/// Corosync without a controller, and are treated so. A controller that reads that it was left out
/// ends and is started again. The supervisor of a node finds a controller that hangs earlier; this
/// is for nodes on which it hangs too.
namespace systole::crmd {

/// Begins to wait for the members: a view, a round or the report of members began.
void watch_silence(ControllerState& state);

/// The bound is over.
void on_silence(ControllerState& state);

/// This controller was left out.
void leave_as_silent(ControllerState& state);

}  // namespace systole::crmd
