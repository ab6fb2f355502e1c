#pragma once

#include <string>

namespace systole::daemon {

/// Tells the service manager that started this process about its state, in the form of sd_notify(3)
/// ("READY=1", "STOPPING=1", "STATUS=..."), through the socket that the environment variable
/// NOTIFY_SOCKET names. Nothing happens where there is none; a manager that cannot be reached is
/// logged and otherwise ignored. May wait while the manager's queue is full.
void notify_service_manager(const std::string& state);

}  // namespace systole::daemon
