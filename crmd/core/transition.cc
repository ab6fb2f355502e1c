#include "crmd/core/transition.h"

#include <algorithm>
#include <utility>

#include "lib/base/score.h"

namespace systole::crmd {

Transition::Transition(model::TransitionGraph graph, std::uint32_t number)
    : graph_(std::move(graph)), number_(number), steps_(graph_.synapses.size()) {
  for (std::size_t place = 0; place < graph_.synapses.size(); ++place) {
    by_id_[graph_.synapses[place].action.id] = place;
  }
  for (std::size_t place = 0; place < graph_.synapses.size(); ++place) {
    for (const std::uint32_t input : graph_.synapses[place].inputs) {
      ++steps_[place].inputs_left;
      const auto source = by_id_.find(input);
      if (source != by_id_.end()) steps_[source->second].dependents.push_back(place);
    }
    if (steps_[place].inputs_left == 0) {
      steps_[place].state = State::kReady;
      ready_.insert(place);
    }
  }
  unstarted_ = steps_.size();
}

const model::GraphAction* Transition::take_ready() {
  if (ready_.empty()) return nullptr;
  const std::size_t place = *ready_.begin();
  ready_.erase(ready_.begin());
  steps_[place].state = State::kTaken;
  ++outstanding_;
  --unstarted_;
  return &graph_.synapses[place].action;
}

bool Transition::is_duty(std::size_t place) const {
  return graph_.synapses[place].priority >= base::Score::kInfinity;
}

void Transition::wind_down() {
  if (winding_down_) return;
  winding_down_ = true;
  std::erase_if(ready_, [this](std::size_t place) {
    if (is_duty(place)) return false;
    steps_[place].state = State::kWaiting;
    return true;
  });
}

bool Transition::has_duties_left() const {
  if (!ready_.empty()) return true;
  std::vector<bool> ends(steps_.size());
  for (std::size_t place = 0; place < steps_.size(); ++place) {
    const bool fences = graph_.synapses[place].action.kind == model::GraphActionKind::kFence;
    ends[place] = steps_[place].state == State::kConfirmed ||
                  (steps_[place].state == State::kTaken && !fences);
  }
  const auto is_ending = [&](std::uint32_t input) {
    const auto source = by_id_.find(input);
    return source != by_id_.end() && ends[source->second];
  };
  for (std::size_t place = 0; place < steps_.size(); ++place) {
    if (steps_[place].state != State::kWaiting || !is_duty(place)) continue;
    const std::vector<std::uint32_t>& inputs = graph_.synapses[place].inputs;
    if (std::all_of(inputs.begin(), inputs.end(), is_ending)) return true;
  }
  return false;
}

void Transition::put_back(std::uint32_t action_id) {
  const auto found = by_id_.find(action_id);
  if (found == by_id_.end() || steps_[found->second].state != State::kTaken) return;
  const bool again = may_start(found->second);
  steps_[found->second].state = again ? State::kReady : State::kWaiting;
  if (again) ready_.insert(found->second);
  --outstanding_;
  ++unstarted_;
}

void Transition::leave_out(std::uint32_t action_id) {
  const auto found = by_id_.find(action_id);
  if (found == by_id_.end() || steps_[found->second].state != State::kTaken) return;
  steps_[found->second].state = State::kLeftOut;
  --outstanding_;
  ++unstarted_;
}

void Transition::confirm(std::uint32_t action_id) {
  const auto found = by_id_.find(action_id);
  if (found == by_id_.end()) return;
  Step& step = steps_[found->second];
  if (step.state != State::kTaken) return;
  step.state = State::kConfirmed;
  --outstanding_;
  for (const std::size_t place : step.dependents) {
    Step& dependent = steps_[place];
    if (--dependent.inputs_left != 0 || dependent.state != State::kWaiting) continue;
    if (!may_start(place)) continue;
    dependent.state = State::kReady;
    ready_.insert(place);
  }
}

bool Transition::waits_for(std::uint32_t action_id) const {
  const auto found = by_id_.find(action_id);
  return found != by_id_.end() && steps_[found->second].state == State::kTaken;
}

bool Transition::has_operations_left(std::string_view node) const {
  for (std::size_t place = 0; place < steps_.size(); ++place) {
    const model::GraphAction& action = graph_.synapses[place].action;
    if (action.kind == model::GraphActionKind::kResource && action.node == node &&
        steps_[place].state != State::kConfirmed) {
      return true;
    }
  }
  return false;
}

}  // namespace systole::crmd
