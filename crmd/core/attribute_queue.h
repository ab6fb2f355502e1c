#pragma once

#include <set>
#include <string>
#include <vector>

#include "crmd/core/event.h"
#include "crmd/core/requests.h"

namespace systole::crmd {

struct ControllerState;

/// Changes of attributes that clients of this node asked for, on their way to the group. A message
/// costs every node far more than a change does, so the first change goes at once, and those that
/// follow are collected for a moment, and for as long as the last message is under way. All changes
/// of a message are one change of the CIB.
struct AttributeQueue {
  std::vector<AttributeRequest> waiting;
  /// Of changes that wait or are under way.
  std::multiset<std::string> names;
  bool collecting = false;  ///< the moment after a message is not over
  bool under_way = false;   ///< a message was sent and is not delivered
  /// Queries that were asked after changes, to be answered with them.
  std::vector<event::AttributeQueryCall> queries_of_waiting;
  std::vector<event::AttributeQueryCall> queries_of_under_way;
};

/// A change joins the queue. It needs a group to travel in.
void queue_attribute_change(ControllerState& state, AttributeRequest request);

/// One change of all attributes whose names match; those count that are asked for and on their way.
void queue_attribute_changes_by_pattern(ControllerState& state, const AttributeRequest& request);

/// Changes of this node were applied.
void forget_queued_names(ControllerState& state, const std::vector<AttributeRequest>& applied);

/// Sends what waits, whatever is under way.
void send_waiting_attributes(ControllerState& state);

/// A query is answered from the replica: once it has what this node was asked for before, or at
/// once where the members have to agree on a replica first, which may take long.
void queue_attribute_query(ControllerState& state, event::AttributeQueryCall query);

/// A message of ours was delivered, and applied where there is one replica.
void on_own_attributes_delivered(ControllerState& state);

/// The moment for which changes are collected is over.
void on_attributes_collected(ControllerState& state);

/// The members changed: nothing is waited for any longer.
void restart_attribute_queue(ControllerState& state);

}  // namespace systole::crmd
