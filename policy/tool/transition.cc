#include "policy/tool/transition.h"

#include <unordered_map>
#include <unordered_set>

#include "lib/base/score.h"

namespace systole::policy::tool {

namespace {

class Execution {
 public:
  Execution(const model::TransitionGraph& graph,
            const std::function<bool(const model::GraphAction&)>& perform)
      : graph_(graph), perform_(perform), done_(graph.synapses.size()) {}

  TransitionEnd run() {
    while (pass()) {
    }
    if (aborted_) return TransitionEnd::kComplete;
    for (const bool done : done_) {
      if (!done) return TransitionEnd::kTerminated;
    }
    return TransitionEnd::kComplete;
  }

 private:
  bool pass() {
    bool fired = false;
    for (std::size_t i = 0; i < graph_.synapses.size(); ++i) {
      if (done_[i] || !is_ready(graph_.synapses[i])) continue;
      done_[i] = true;
      fired = true;
      const model::GraphAction& action = graph_.synapses[i].action;
      if (perform_(action)) {
        confirmed_.insert(action.id);
      } else {
        failed_.insert(action.id);
        aborted_ = true;
      }
    }
    return fired;
  }

  bool is_ready(const model::Synapse& synapse) const {
    const bool urgent = synapse.priority >= base::Score::kInfinity;
    const bool pseudo = synapse.action.kind == model::GraphActionKind::kPseudo;
    if (aborted_ && !urgent && !pseudo) return false;
    for (const std::uint32_t input : synapse.inputs) {
      if (confirmed_.count(input) != 0) continue;
      if (urgent && failed_.count(input) != 0) continue;
      return false;
    }
    return true;
  }

  const model::TransitionGraph& graph_;
  const std::function<bool(const model::GraphAction&)>& perform_;
  std::vector<bool> done_;
  std::unordered_set<std::uint32_t> confirmed_;
  std::unordered_set<std::uint32_t> failed_;
  bool aborted_ = false;
};

}  // namespace

TransitionEnd execute(const model::TransitionGraph& graph,
                      const std::function<bool(const model::GraphAction&)>& perform) {
  return Execution(graph, perform).run();
}

}  // namespace systole::policy::tool
