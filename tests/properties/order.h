#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/graph.h"
#include "policy/actions/action.h"

namespace systole::properties {

/// The order of a transition, for questions about it. Actions are named by their ids in the plan.
class Order {
 public:
  explicit Order(const model::TransitionGraph& graph);

  /// Every action can be done some day: no input waits for itself, and none is missing.
  bool can_be_completed() const { return stuck_.empty(); }
  /// Where it cannot: synapses that wait for each other, or for something that is missing.
  const std::vector<std::size_t>& stuck() const { return stuck_; }
  bool contains(policy::ActionId action) const;
  /// Whether an action of the transition is done some day.
  bool is_reached(policy::ActionId action) const;
  /// Whether `first` is done when `then` begins.
  bool is_before(policy::ActionId first, policy::ActionId then);

 private:
  void find_stuck();
  const std::vector<bool>& before(std::size_t synapse);

  const model::TransitionGraph& graph_;
  std::vector<std::optional<std::size_t>> synapse_of_;  ///< by action
  std::vector<std::vector<bool>> before_;               ///< by synapse, once asked for
  std::vector<bool> done_;                              ///< by synapse: some day
  std::vector<std::size_t> stuck_;
};

}  // namespace systole::properties
