#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Which relations have to be looked at, because an action at one of their ends changed since that
/// was done last. Keeps the work of propagation near the number of relations, where looking at all
/// inputs of whatever may have changed would be cubic for a clone with ordered instances.
class PendingInputs {
 public:
  explicit PendingInputs(const ActionPlan& plan);

  /// The newest relation with a place below `bound` that is pending among those in which `then` is
  /// the later action.
  std::optional<std::uint32_t> newest(const Action& then, std::uint32_t bound);

  /// The changes of a relation's ends at one time.
  struct Seen {
    std::uint32_t first = 0;
    std::uint32_t then = 0;
    bool operator==(const Seen&) const = default;
  };
  /// Somebody begins to look at a relation, and is done. It stays pending if that changed something
  /// or its ends changed meanwhile.
  Seen begin(std::uint32_t relation);
  void finish(std::uint32_t relation, const Seen& begun, bool changed);

  /// An action changed. What changes a part changes the collective's actions that stand for it.
  void touch(const Action& action);
  /// Something changed that concerns no action in particular, such as the place of a resource.
  void touch_all();
  /// How often an action changed.
  std::uint32_t changes_of(const Action& action) const {
    return all_ + (action.resource ? by_resource_[family_place(*action.resource, action.key.task)]
                                   : plain_[action.id.value()]);
  }

 private:
  /// The inputs of an action that may do something, as places of relations in ascending order.
  struct Inputs {
    std::vector<std::uint32_t> pending;      ///< from actions that stand for themselves
    std::vector<std::uint32_t> collectives;  ///< from those of collectives: `seen_` says if pending
    std::size_t sorted_in = 0;               ///< how many of the action's inputs are known
  };
  static std::size_t family_place(RscId rsc, Task task);
  bool is_collective(const Action& action) const;
  bool is_idle(std::uint32_t relation) const;
  bool is_settled(std::uint32_t relation) const;
  Seen seen_now(std::uint32_t relation) const;
  Inputs& inputs_of(const Action& then);
  void add(const Action& then, std::uint32_t relation);
  std::optional<std::uint32_t> newest_of(const std::vector<std::uint32_t>& places,
                                         std::uint32_t bound) const;

  const ActionPlan& plan_;
  std::vector<Inputs> inputs_;              ///< by action
  std::vector<std::optional<Seen>> seen_;   ///< by relation, where a collective is at one end
  std::vector<std::uint32_t> by_resource_;  ///< changes by resource and family of tasks
  std::vector<std::uint32_t> plain_;        ///< changes of actions without a resource
  std::uint32_t all_ = 0;
};

}  // namespace systole::policy
