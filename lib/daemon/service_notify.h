#pragma once

#include <string>

namespace systole::daemon {

/// Tells the service manager that started this process about its state, in the form of sd_notify
/// ("READY=1", "STOPPING=1", "STATUS=..."). Nothing happens where there is no service manager, or
/// where this was built without libsystemd.
void notify_service_manager(const std::string& state);

}  // namespace systole::daemon
