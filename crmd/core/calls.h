#pragma once

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// What clients of this node ask for, and what becomes of it in the group.
namespace systole::crmd {

void on_cib_call(ControllerState& state, const event::CibCall& call);
void on_attribute_call(ControllerState& state, const event::AttributeCall& call);
void on_attribute_query(ControllerState& state, const event::AttributeQueryCall& call);
void on_resource_call(ControllerState& state, const event::ResourceCall& call);
void on_ping_call(ControllerState& state, const event::PingCall& call);
void on_remove_node_call(ControllerState& state, const event::RemoveNodeCall& call);
void on_shutdown_request(ControllerState& state);

void on_cib_change(ControllerState& state, NodeNumber sender, const message::CibChange& message);
void on_resource(ControllerState& state, NodeNumber sender, const message::Resource& message);
void on_resource_reply(ControllerState& state, const message::ResourceReply& message);
void on_ping(ControllerState& state, NodeNumber sender, const message::Ping& message);
void on_pong(ControllerState& state, const message::Pong& message);
/// Members left: what they were asked they will not answer, unless they have.
void note_unheard(ControllerState& state, const event::ViewChanged& event);
/// The members have agreed, and all answers of those that left are there.
void answer_unheard(ControllerState& state);
void on_shutdown_wish(ControllerState& state, NodeNumber sender,
                      const message::ShutdownWish& message);

}  // namespace systole::crmd
