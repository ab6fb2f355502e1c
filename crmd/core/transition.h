#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "lib/model/graph.h"

namespace systole::crmd {

/// A graph being carried out: which of its actions may start now. Knows no nodes and no time.
class Transition {
 public:
  Transition(model::TransitionGraph graph, std::uint32_t number);

  std::uint32_t number() const { return number_; }
  const model::TransitionGraph& graph() const { return graph_; }

  /// The next action in graph order whose inputs are all confirmed and that was not taken yet;
  /// null when there is none now.
  const model::GraphAction* take_ready();
  /// Puts back what was taken last and could not be started yet.
  void put_back(std::uint32_t action_id);

  /// What was taken is not going to be done, nor what waits for it.
  void leave_out(std::uint32_t action_id);

  /// From now on only what has to be done once it was begun: telling copies of a resource of what
  /// has been done to others of them, and the points in the order that lead there.
  void wind_down();
  bool winds_down() const { return winding_down_; }
  /// While it winds down: whether the end of what is under way, fencing apart, lets more of that
  /// start.
  bool has_duties_left() const;

  /// The action succeeded. Unknown ids and repetitions are ignored.
  void confirm(std::uint32_t action_id);

  /// Taken, and neither confirmed nor put back.
  bool waits_for(std::uint32_t action_id) const;
  /// Whether operations of resources on this node are still to be done.
  bool has_operations_left(std::string_view node) const;
  std::size_t outstanding() const { return outstanding_; }

  /// Nothing is outstanding and nothing can start any more.
  bool finished() const { return outstanding_ == 0 && ready_.empty(); }
  /// Actions that were never started; not empty after the end only for graphs with loops.
  std::size_t unstarted() const { return unstarted_; }

 private:
  enum class State : std::uint8_t { kWaiting, kReady, kTaken, kConfirmed, kLeftOut };
  struct Step {
    State state = State::kWaiting;
    std::size_t inputs_left = 0;
    std::vector<std::size_t> dependents;
  };

  bool is_duty(std::size_t place) const;
  bool may_start(std::size_t place) const { return !winding_down_ || is_duty(place); }

  model::TransitionGraph graph_;
  std::uint32_t number_;
  bool winding_down_ = false;
  std::vector<Step> steps_;                     ///< as graph_.synapses
  std::map<std::uint32_t, std::size_t> by_id_;  ///< action id to place
  std::set<std::size_t> ready_;                 ///< places
  std::size_t outstanding_ = 0;
  std::size_t unstarted_ = 0;
};

}  // namespace systole::crmd
