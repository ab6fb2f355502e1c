#pragma once

#include <string_view>

namespace systole::supervisor {

/// What the administrator chose for the case that the node must not go on (PCMK_panic_action).
enum class PanicAction { kReboot, kCrash, kSyncReboot, kSyncCrash };

PanicAction panic_action_from_environment();

/// Resets the node at once, without stopping anything; the reason goes to the kernel's log alone,
/// which needs no disk. Inside a PID namespace only that namespace, which is the node then, ends:
/// its kernel is somebody else's. Returns only when it fails.
void reset_node(PanicAction action, std::string_view reason);

}  // namespace systole::supervisor
