#pragma once

#include "crmd/core/event.h"
#include "crmd/core/state.h"

/// This node's disk: one write at a time, and the newest next.
namespace systole::crmd {

/// The part of a version that is stored: status changes do not count.
Version stored_part(Version version);

/// Writes replica and stamp, now or when the write in progress is done.
void persist(ControllerState& state);

/// A write has ended; false where it is not the one in progress. One that failed is tried again.
bool finish_write(ControllerState& state, const event::Persisted& event);

void on_persist_retry(ControllerState& state);

/// The version was lowered: what is on the disk, or on its way there, holds nothing of the newest
/// configuration, however high its version.
void disregard_disk(ControllerState& state);

}  // namespace systole::crmd
