#include "crmd/core/dispatch.h"

#include "crmd/core/agreement.h"
#include "crmd/core/attribute_queue.h"
#include "crmd/core/attributes.h"
#include "crmd/core/calls.h"
#include "crmd/core/condemnation.h"
#include "crmd/core/coordination.h"
#include "crmd/core/durability.h"
#include "crmd/core/history.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_names.h"

namespace systole::crmd {
namespace {

void on_quorum(ControllerState& state, NodeNumber sender, const message::Quorum& message) {
  if (coordinator_of(state) != sender || message.quorate == state.replica.quorate) return;
  state.replica.quorate = message.quorate;
  if (message.quorate) {
    begin_generation(state, state.durability.generation, message.disks);
  } else {
    end_generation(state, message.disks);
  }
  show_members(state);
}

/// Overloads for every kind of message that waits for the agreement.
struct Applier {
  ControllerState& state;
  NodeNumber sender;

  void operator()(const message::Report& m) const { on_report(state, sender, m); }
  void operator()(const message::CibChange& m) const { on_cib_change(state, sender, m); }
  void operator()(const message::Durable& m) const { on_durable(state, sender, m); }
  void operator()(const message::Promised& m) const { on_promised(state, sender, m); }
  void operator()(const message::Quorum& m) const { on_quorum(state, sender, m); }
  void operator()(const message::AttributeChanges& m) const {
    on_attribute_changes(state, sender, m);
  }
  void operator()(const message::AttributeFlush& m) const { on_attribute_flush(state, m); }
  void operator()(const message::Execute& m) const { on_execute(state, sender, m); }
  void operator()(const message::Cancel& m) const { on_cancel(state, sender, m); }
  void operator()(const message::Leave& m) const { on_leave_order(state, sender, m); }
  void operator()(const message::GivenUp& m) const { on_given_up(state, sender, m); }
  void operator()(const message::Result& m) const { on_result(state, sender, m); }
  void operator()(const message::Fenced& m) const {
    const bool counts = on_fenced(state, m);
    fencing_told(state, m, counts);
  }
  void operator()(const message::Condemned& m) const { on_condemned(state, m); }
  void operator()(const message::Resource& m) const { on_resource(state, sender, m); }
  void operator()(const message::ResourceReply& m) const { on_resource_reply(state, m); }
  void operator()(const message::Ping& m) const { on_ping(state, sender, m); }
  void operator()(const message::Pong& m) const { on_pong(state, m); }
  void operator()(const message::ShutdownWish& m) const { on_shutdown_wish(state, sender, m); }
  void operator()(const message::RemoveNode& m) const { on_remove_node(state, m); }
  void operator()(const message::NodeNames& m) const { on_node_names(state, sender, m); }
  // Of the agreement itself: handled before.
  void operator()(const message::SyncBegin&) const {}
  void operator()(const message::Summary&) const {}
  void operator()(const message::ReplicaImage&) const {}
};

}  // namespace

void dispatch(ControllerState& state, NodeNumber sender, Message message) {
  if (state.exiting) return;
  if (const auto* begin = std::get_if<message::SyncBegin>(&message)) {
    on_sync_begin(state, sender, *begin);
    return;
  }
  if (!in_view(state, sender)) return;
  if (auto* summary = std::get_if<message::Summary>(&message)) {
    on_summary(state, sender, std::move(*summary));
  } else if (const auto* image = std::get_if<message::ReplicaImage>(&message)) {
    on_replica_image(state, sender, *image);
  } else {
    const bool own_attributes =
        sender == state.self() && std::holds_alternative<message::AttributeChanges>(message);
    if (!hold(state, sender, message)) std::visit(Applier{state, sender}, message);
    if (own_attributes) on_own_attributes_delivered(state);
  }
}

}  // namespace systole::crmd
