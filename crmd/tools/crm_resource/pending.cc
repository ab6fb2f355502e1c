#include "crmd/tools/crm_resource/pending.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "lib/base/strings.h"
#include "lib/model/graph.h"
#include "policy/plan.h"

namespace systole::crmd::crm_resource {
namespace {

constexpr int kPendingStatus = -1;

std::string shown(std::string_view number, std::string_view name, std::string_view node) {
  std::string text = base::cat("Action ", number, ": ", name);
  return node.empty() ? text : base::cat(text, "\ton ", node);
}

std::string name_of(const model::GraphActionHead& action) {
  if (action.kind != model::GraphActionKind::kFence) return std::string(action.key);
  return action.internal_key.empty() ? base::cat(action.operation, " of ", action.node)
                                     : std::string(action.internal_key);
}

}  // namespace

std::vector<std::string> pending_actions(const model::Snapshot& snapshot) {
  std::vector<std::string> lines;
  std::set<std::pair<std::string, std::string>> told;
  const policy::Plan plan = policy::plan(snapshot);
  std::vector<const model::GraphAction*> actions;
  for (const model::Synapse& synapse : plan.graph.synapses) {
    if (synapse.action.kind != model::GraphActionKind::kPseudo) actions.push_back(&synapse.action);
  }
  std::sort(actions.begin(), actions.end(),
            [](const auto* a, const auto* b) { return a->id > b->id; });
  for (const model::GraphAction* action : actions) {
    lines.push_back(shown(std::to_string(action->id), name_of(*action), action->node));
    told.emplace(action->key, action->node);
  }
  for (const model::NodeState& state : snapshot.states) {
    for (const model::HistoryResource& resource : state.history) {
      for (const model::HistoryOperation& operation : resource.operations) {
        if (operation.status != kPendingStatus) continue;
        if (told.contains({std::string(operation.key), std::string(state.name)})) continue;
        // "4:17:0:uuid": the number that its transition gave it.
        const std::string_view key = operation.transition_key;
        lines.push_back(shown(key.substr(0, key.find(':')), operation.key, state.name));
      }
    }
  }
  return lines;
}

}  // namespace systole::crmd::crm_resource
