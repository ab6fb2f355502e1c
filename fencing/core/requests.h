#pragma once

#include <set>
#include <string>

#include "fencing/core/state.h"

namespace systole::fencing {

// The replicated request machine: how messages and lost members change operations and history.

void on_request(Context& context, NodeNumber sender, const RequestMessage& message);
void on_answer(Context& context, NodeNumber sender, const AnswerMessage& message);
void on_plan(Context& context, NodeNumber sender, const PlanMessage& message);
void on_result(Context& context, NodeNumber sender, const ResultMessage& message);
void on_give_up(Context& context, NodeNumber sender, const GiveUpMessage& message);
void on_confirm(Context& context, NodeNumber sender, const ConfirmMessage& message);
void on_cleanup(Context& context, NodeNumber sender, const CleanupMessage& message);

/// Members that left: their requests are withdrawn, the devices they ran are tried elsewhere.
void on_members_lost(Context& context, const std::set<NodeNumber>& lost);

/// Brings this node's part (answers, timers) in line with operations that it learned from others.
void join_operations(Context& context);

/// Time is over for the owner's timers.
void on_answers_due(Context& context, const std::string& operation);
void on_total_due(Context& context, const std::string& operation);
void on_attempt_due(Context& context, const std::string& operation, std::uint64_t attempt);

/// Whether the operation has not ended.
bool is_active(const State& state, const std::string& operation);

}  // namespace systole::fencing
