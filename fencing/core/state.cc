#include "fencing/core/state.h"

namespace systole::fencing {

std::vector<HistoryEntry> visible_history(const State& state, const std::string& target) {
  std::vector<HistoryEntry> entries;
  const auto wanted = [&target](const HistoryEntry& entry) {
    return target.empty() || entry.target == target;
  };
  for (const HistoryEntry& entry : state.history.entries()) {
    if (wanted(entry)) entries.push_back(entry);
  }
  for (const Operation& operation : state.operations) {
    if (wanted(operation.entry)) entries.push_back(operation.entry);
  }
  return entries;
}

std::optional<std::string> node_name(const State& state, NodeNumber number) {
  const auto member = state.names.find(number);
  if (member != state.names.end()) return member->second;
  for (const auto& [name, id] : state.configuration.node_ids) {
    if (id == number.value()) return name;
  }
  return std::nullopt;
}

}  // namespace systole::fencing
