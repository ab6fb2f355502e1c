#pragma once

#include <optional>
#include <string_view>

namespace systole::fencing {

/// What a fence agent is asked to do (fence-agents API).
enum class Action { kOff, kOn, kReboot, kList, kStatus, kMonitor, kMetadata, kValidate };

/// The word on the wire and, unless pcmk_<action>_action says otherwise, the agent's word.
std::string_view to_string(Action action);

/// Also takes "poweroff" for off; nothing for another word.
std::optional<Action> parse_action(std::string_view word);

/// Whether the action changes the power of its target: off, on, reboot.
bool changes_power(Action action);

}  // namespace systole::fencing
