#pragma once

#include <cstdint>

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// Which configuration is on how many disks, and who may be told that his change is safe.
///
/// Why no minority's power cut loses an acknowledged change: it is acknowledged when a majority has
/// it on disk under the generation of the quorate view. A generation is used by one view only,
/// since before its use a majority has promised it on disk, and the next quorate view shares a node
/// with that majority and so takes a higher one. Every quorate view has a node that stores all
/// acknowledged changes, and that node's stamp is the highest there. Where the quorum rules let two
/// halves act, such as two nodes that each have quorum, the one that fenced the other takes a
/// higher generation. One exception: a configuration, however made, comes before a generation of a
/// cluster that nobody has configured.
namespace systole::crmd {

/// The replica's configuration was changed by a request just applied; `before` is the version that
/// it had. A change that lowers the version begins a generation: within one, higher versions are
/// newer.
void configuration_changed(ControllerState& state, const Version& before);

/// A view has one replica now. With quorum it starts to prepare a generation; without, what is not
/// yet on enough disks is provisional from now on. `disks` must have a change.
void begin_generation(ControllerState& state, std::uint64_t highest_promise, std::uint32_t disks);

/// Quorum is gone, with the same consequence.
void end_generation(ControllerState& state, std::uint32_t disks);

/// A node was fenced. Where the quorum rules let each of two halves act, it may have used this
/// view's generation as well: what this view has comes before that.
void renew_generation(ControllerState& state);

void on_persisted(ControllerState& state, const event::Persisted& event);
void on_durable(ControllerState& state, NodeNumber sender, const message::Durable& message);
void on_promised(ControllerState& state, NodeNumber sender, const message::Promised& message);

/// Answers the client once its change, applied as `version`, is safe; at once for changes that
/// need not be.
void answer_when_durable(ControllerState& state, CallToken token, CibAnswer answer,
                         const Version& version);

/// How many nodes must have a change on disk, as this node's quorum information says. The group
/// uses what its leader or coordinator told.
std::uint32_t disks_to_ask_for(const ControllerState& state);

}  // namespace systole::crmd
