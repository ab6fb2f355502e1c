#pragma once

#include "fencing/core/state.h"

namespace systole::fencing {

// Bringing new members up to date.
//
// Fencers that are members together hold the same operations and history. When somebody joins, all
// messages are held back until every member has said what it knows: one member of each group that
// was together before sends its whole state, the others only that they are there. CPG delivers
// these to all, so all merge the same into the same, then work off what was held back. A further
// change of the membership before that starts the exchange anew.
//
// A state that was sent for an earlier membership can arrive late, in a later membership that looks
// the same. Hence the marks: a member sends its state only after the first mark that follows the
// change in CPG's order, and names it.

void on_view(Context& context, const ViewChanged& event);
void on_delivery(Context& context, const Delivery& delivery);

/// Applies a message to the synchronised state.
void apply(Context& context, const Delivery& delivery);

}  // namespace systole::fencing
