#pragma once

#include <string>
#include <vector>

#include "fencing/core/state.h"

namespace systole::fencing {

/// Finds which devices of this node can do `action` on `target`, and answers the asker: at once
/// when the configuration tells, else after the agents' list or status.
void start_check(Context& context, std::variant<std::string, Token> asker,
                 const std::string& target, Action action);

/// What device `id` can do for `action` on `target`.
DeviceOffer make_offer(const LocalDevice& local, const std::string& target, Action action);

/// The end of a list run, for all checks that wait for the device.
void list_known(Context& context, const std::string& device, const ActionResult& result);

/// The end of a status run of one check.
void status_known(Context& context, std::uint64_t check, const std::string& device,
                  const ActionResult& result);

/// Forgets the checks for an operation that ended.
void drop_checks_of(Context& context, const std::string& operation);

}  // namespace systole::fencing
