#pragma once

#include "policy/status/status.h"

namespace systole::policy {

/// Marks in `status` what the loss of a ticket does to what still runs with it: the nodes to be
/// fenced are unclean, frozen resources are blocked. A plan does so by itself; this is for those
/// who only show a status.
void apply_ticket_losses(Status& status);

}  // namespace systole::policy
