#include "tests/properties/order.h"

#include <algorithm>

namespace systole::properties {

Order::Order(const model::TransitionGraph& graph) : graph_(graph), before_(graph.synapses.size()) {
  std::uint32_t highest = 0;
  for (const model::Synapse& synapse : graph.synapses) {
    highest = std::max(highest, synapse.action.id);
  }
  synapse_of_.resize(highest);
  for (std::size_t i = 0; i < graph.synapses.size(); ++i) {
    synapse_of_[graph.synapses[i].action.id - 1] = i;
  }
  done_.resize(graph.synapses.size());
  std::size_t left = done_.size();
  for (bool progress = true; progress && left > 0;) {
    progress = false;
    for (std::size_t i = 0; i < done_.size(); ++i) {
      if (done_[i]) continue;
      const auto& inputs = graph.synapses[i].inputs;
      const bool ready = std::all_of(inputs.begin(), inputs.end(), [&](std::uint32_t input) {
        return input <= highest && synapse_of_[input - 1] && done_[*synapse_of_[input - 1]];
      });
      if (!ready) continue;
      done_[i] = true;
      progress = true;
      --left;
    }
  }
  if (left > 0) find_stuck();
}

/// Follows inputs that are never done until one comes twice.
void Order::find_stuck() {
  std::size_t at =
      static_cast<std::size_t>(std::find(done_.begin(), done_.end(), false) - done_.begin());
  std::vector<std::size_t> path;
  while (true) {
    const auto again = std::find(path.begin(), path.end(), at);
    if (again != path.end()) {
      stuck_.assign(again, path.end());
      return;
    }
    path.push_back(at);
    const auto& inputs = graph_.synapses[at].inputs;
    const auto waits = std::find_if(inputs.begin(), inputs.end(), [&](std::uint32_t input) {
      return input <= synapse_of_.size() && synapse_of_[input - 1] &&
             !done_[*synapse_of_[input - 1]];
    });
    if (waits == inputs.end()) {
      stuck_ = {at};
      return;
    }
    at = *synapse_of_[*waits - 1];
  }
}

bool Order::contains(policy::ActionId action) const {
  return action.value() < synapse_of_.size() && synapse_of_[action.value()].has_value();
}

bool Order::is_reached(policy::ActionId action) const {
  return contains(action) && done_[*synapse_of_[action.value()]];
}

bool Order::is_before(policy::ActionId first, policy::ActionId then) {
  if (!contains(first) || !contains(then)) return false;
  return before(*synapse_of_[then.value()])[*synapse_of_[first.value()]];
}

const std::vector<bool>& Order::before(std::size_t synapse) {
  std::vector<bool>& out = before_[synapse];
  if (!out.empty()) return out;
  out.resize(graph_.synapses.size());
  std::vector<std::size_t> open{synapse};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::uint32_t input : graph_.synapses[at].inputs) {
      if (input > synapse_of_.size() || !synapse_of_[input - 1]) continue;
      const std::size_t place = *synapse_of_[input - 1];
      if (out[place]) continue;
      out[place] = true;
      open.push_back(place);
    }
  }
  return out;
}

}  // namespace systole::properties
