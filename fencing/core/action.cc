#include "fencing/core/action.h"

#include <array>
#include <utility>

namespace systole::fencing {
namespace {

constexpr std::array<std::pair<Action, std::string_view>, 8> kWords = {{
    {Action::kOff, "off"},
    {Action::kOn, "on"},
    {Action::kReboot, "reboot"},
    {Action::kList, "list"},
    {Action::kStatus, "status"},
    {Action::kMonitor, "monitor"},
    {Action::kMetadata, "metadata"},
    {Action::kValidate, "validate-all"},
}};

}  // namespace

std::string_view to_string(Action action) {
  for (const auto& [known, word] : kWords) {
    if (known == action) return word;
  }
  return "unknown";
}

std::optional<Action> parse_action(std::string_view word) {
  if (word == "poweroff") return Action::kOff;
  for (const auto& [action, known] : kWords) {
    if (known == word) return action;
  }
  return std::nullopt;
}

bool changes_power(Action action) {
  return action == Action::kOff || action == Action::kOn || action == Action::kReboot;
}

}  // namespace systole::fencing
