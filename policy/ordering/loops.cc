#include "policy/ordering/loops.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "lib/base/strings.h"
#include "policy/ordering/inputs.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

namespace {

class LoopResolver {
 public:
  explicit LoopResolver(ActionPlan& plan)
      : plan_(plan), status_(plan.status()), executed_(plan.size()), loop_of_(plan.size()) {}

  void resolve() {
    for (std::uint32_t i = 0; i < plan_.size(); ++i) {
      executed_[i] = is_executed(plan_, plan_.action(ActionId(i)));
    }
    inputs_.reserve(plan_.relations.size());
    for (std::uint32_t i = 0; i < plan_.size(); ++i) {
      inputs_begin_.push_back(static_cast<std::uint32_t>(inputs_.size()));
      if (executed_[i]) find_inputs(ActionId(i));
    }
    inputs_begin_.push_back(static_cast<std::uint32_t>(inputs_.size()));
    find_stuck();
    if (stuck_.empty()) return;
    while (find_loops() && open_loops()) {
    }
    find_stuck();
    leave_out();
  }

 private:
  /// All the relations that make one action wait for another.
  struct Input {
    ActionId first;
    Bits effects = kNone;  ///< kNone: given up
  };

  std::span<Input> inputs_of(std::uint32_t action) {
    return std::span(inputs_).subspan(inputs_begin_[action],
                                      inputs_begin_[action + 1] - inputs_begin_[action]);
  }

  void find_inputs(ActionId id) {
    const Action& then = plan_.action(id);
    places_ = then.before;
    std::sort(places_.begin(), places_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return plan_.relations[a].first < plan_.relations[b].first;
    });
    for (auto place = places_.begin(); place != places_.end();) {
      Input input{.first = plan_.relations[*place].first};
      for (; place != places_.end() && plan_.relations[*place].first == input.first; ++place) {
        input.effects |= plan_.relations[*place].effects;
      }
      if (is_input(plan_, then, plan_.action(input.first), input.effects)) {
        inputs_.push_back(input);
      }
    }
  }

  /// Finds out what is never done, in the order of ids.
  void find_stuck() {
    // What waits for an action stands together, from the place in `waits_begin` on.
    std::vector<std::uint32_t> waits_begin(plan_.size() + 1);
    for (const Input& input : inputs_) {
      if (input.effects != kNone) ++waits_begin[input.first.value()];
    }
    std::partial_sum(waits_begin.begin(), waits_begin.end(), waits_begin.begin());
    std::vector<std::uint32_t> waiting(waits_begin.back());
    std::vector<std::uint32_t> left(plan_.size());
    std::vector<std::uint32_t> ready;
    for (std::uint32_t i = 0; i < plan_.size(); ++i) {
      for (const Input& input : inputs_of(i)) {
        if (input.effects == kNone) continue;
        waiting[--waits_begin[input.first.value()]] = i;
        ++left[i];
      }
      if (executed_[i] && left[i] == 0) ready.push_back(i);
    }
    while (!ready.empty()) {
      const std::uint32_t done = ready.back();
      ready.pop_back();
      for (std::uint32_t i = waits_begin[done]; i < waits_begin[done + 1]; ++i) {
        if (--left[waiting[i]] == 0) ready.push_back(waiting[i]);
      }
    }
    stuck_.clear();
    for (std::uint32_t i = 0; i < plan_.size(); ++i) {
      if (executed_[i] && left[i] > 0) stuck_.push_back(ActionId(i));
    }
  }

  /// Numbers the loops among what is stuck (strongly connected components, Tarjan); 0 is none.
  bool find_loops() {
    constexpr std::uint32_t kNew = 0;
    struct Step {
      std::uint32_t at;
      std::size_t next = 0;
    };
    std::vector<std::uint32_t> number(plan_.size(), kNew);
    std::vector<std::uint32_t> lowest(plan_.size());
    std::vector<bool> open(plan_.size());
    std::vector<std::uint32_t> component;
    std::uint32_t count = 0;
    std::uint32_t loops = 0;
    loop_of_.assign(plan_.size(), 0);
    for (const ActionId root : stuck_) {
      if (number[root.value()] != kNew) continue;
      std::vector<Step> path;
      const auto enter = [&](std::uint32_t at) {
        number[at] = lowest[at] = ++count;
        open[at] = true;
        component.push_back(at);
        path.push_back({at});
      };
      enter(root.value());
      while (!path.empty()) {
        Step& step = path.back();
        const std::uint32_t at = step.at;
        if (step.next < inputs_of(at).size()) {
          const Input& input = inputs_of(at)[step.next++];
          const std::uint32_t first = input.first.value();
          if (!executed_[first] || input.effects == kNone) continue;
          if (number[first] == kNew) {
            enter(first);
          } else if (open[first]) {
            lowest[at] = std::min(lowest[at], number[first]);
          }
          continue;
        }
        path.pop_back();
        if (!path.empty()) lowest[path.back().at] = std::min(lowest[path.back().at], lowest[at]);
        if (lowest[at] != number[at]) continue;
        const bool loop = component.back() != at;
        if (loop) ++loops;
        while (true) {
          const std::uint32_t member = component.back();
          component.pop_back();
          open[member] = false;
          if (loop) loop_of_[member] = loops;
          if (member == at) break;
        }
      }
    }
    loops_ = loops;
    return loops > 0;
  }

  /// Gives up one order in each loop that has one to give up; false if none has.
  bool open_loops() {
    struct Candidate {
      int rank = 0;
      ActionId then;
      Input* input = nullptr;
    };
    std::vector<Candidate> best(loops_ + 1);
    for (const ActionId then : stuck_) {
      const std::uint32_t loop = loop_of_[then.value()];
      if (loop == 0) continue;
      for (Input& input : inputs_of(then.value())) {
        if (input.effects == kNone || loop_of_[input.first.value()] != loop) continue;
        const int rank = rank_of(input, plan_.action(then));
        if (rank != 0 && (best[loop].rank == 0 || rank < best[loop].rank)) {
          best[loop] = {rank, then, &input};
        }
      }
    }
    bool opened = false;
    for (const Candidate& candidate : best) {
      if (candidate.rank == 0) continue;
      give_up(candidate.then, *candidate.input);
      opened = true;
    }
    return opened;
  }

  void give_up(ActionId then, Input& input) {
    for (const std::uint32_t relation : plan_.action(then).before) {
      if (plan_.relations[relation].first == input.first) {
        plan_.relations[relation].effects = kNone;
      }
    }
    input.effects = kNone;
  }

  /// How little an order matters, 1 the least; 0 where it must hold.
  int rank_of(const Input& input, const Action& then) const {
    const Action& first = plan_.action(input.first);
    const Task task = base_of(then.key.task);
    const bool down = task == Task::kStop || task == Task::kDemote;
    const bool leaves = down || task == Task::kMigrateTo;
    if (leaves && is_probe(first) && input.effects == kOrder) return 1;
    if (leaves && is_connection_start(first) && input.effects == kOrder) return 2;
    if (is_ended_anyway(first, then) || is_inside(then, first)) return 3;
    return 0;
  }

  static bool is_probe(const Action& action) {
    return action.resource && action.task == Task::kMonitor && action.key.interval_ms == 0;
  }

  bool is_connection_start(const Action& action) const {
    return action.resource && action.key.task == Task::kStart &&
           status_.resource(*action.resource).is_remote_connection;
  }

  /// Whether something that stops before `then` by a constraint is ended by a fencing anyway: that
  /// of the node on which `then` is the stop of a resource, or of the guest that it takes down.
  bool is_ended_anyway(const Action& first, const Action& then) const {
    if (then.key.task != Task::kStop || !then.resource || first.resource == then.resource) {
      return false;
    }
    if (base_of(first.key.task) != Task::kStop && first.task != Task::kNotified) return false;
    if (then.pseudo && status_.resource(*then.resource).is_primitive()) return true;
    return std::any_of(status_.nodes.begin(), status_.nodes.end(), [&](const Node& node) {
      return node.is_guest() && node.needs_reset && node.connection &&
             status_.resource(*node.connection).launcher == then.resource;
    });
  }

  /// Whether `inner` stops something on a guest node that `outer` takes down.
  bool is_inside(const Action& inner, const Action& outer) const {
    if (base_of(inner.key.task) != Task::kStop || base_of(outer.key.task) != Task::kStop) {
      return false;
    }
    if (!inner.resource || !outer.resource) return false;
    bool inside = false;
    for_each_primitive(status_, *inner.resource, [&](RscId part) {
      for (const NodeId node : status_.resource(part).active_on) {
        const auto container = container_of_node(status_, node);
        inside = inside || (container && (*container == *outer.resource ||
                                          is_ancestor(status_, *outer.resource, *container)));
      }
    });
    return inside;
  }

  void leave_out() {
    for (const ActionId id : stuck_) {
      Action& action = plan_.action(id);
      action.runnable = false;
      if (action.reason.empty()) action.reason = reason_of(action);
      if (loop_of_[id.value()] != 0) plan_.looped.push_back(id);
    }
  }

  /// The first thing of another resource that is waited for in vain.
  std::string reason_of(const Action& action) {
    for (const Input& input : inputs_of(action.id.value())) {
      if (input.effects == kNone) continue;
      const Action& first = plan_.action(input.first);
      const bool stuck = std::binary_search(stuck_.begin(), stuck_.end(), input.first);
      if (executed_[input.first.value()] && !stuck) continue;
      if (!first.resource || first.resource == action.resource) continue;
      return base::cat("unrunnable ", status_.resource(*first.resource).id, " ",
                       first.task == Task::kOther ? first.key.name : to_string(first.task));
    }
    return {};
  }

  ActionPlan& plan_;
  const Status& status_;
  std::vector<bool> executed_;               ///< by action
  std::vector<Input> inputs_;                ///< of all actions that are executed, one by one
  std::vector<std::uint32_t> inputs_begin_;  ///< by action, and the end of all
  std::vector<ActionId> stuck_;              ///< sorted
  std::vector<std::uint32_t> loop_of_;       ///< by action, 0 where it is in none
  std::uint32_t loops_ = 0;
  std::vector<std::uint32_t> places_;  ///< of the action being looked at
};

}  // namespace

void resolve_loops(ActionPlan& plan) {
  LoopResolver(plan).resolve();
}

}  // namespace systole::policy
