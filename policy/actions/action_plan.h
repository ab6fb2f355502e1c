#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/base/stable_vector.h"
#include "policy/actions/action.h"
#include "policy/actions/relation.h"
#include "policy/placement/placement.h"

namespace systole::policy {

/// A lookup among a resource's actions. Parts that are absent match anything.
struct ActionQuery {
  std::optional<Task> task = std::nullopt;
  std::optional<NodeId> node = std::nullopt;
  std::optional<std::int64_t> interval_ms = std::nullopt;
};

/// A stop that the fencing of its node takes the place of.
struct ImpliedStop {
  ActionId stop;
  ActionId fencing;
  /// The instances that were to stay, as far as was known then, and where.
  std::vector<std::pair<RscId, NodeId>> left;
};

/// What has to happen (and what need not), before and while it is put in order.
class ActionPlan {
 public:
  ActionPlan(const Status& status, const Placement& placement);

  const Status& status() const { return *status_; }
  const Placement& placement() const { return *placement_; }

  Action& action(ActionId id) { return actions_[id.value()]; }
  const Action& action(ActionId id) const { return actions_[id.value()]; }
  std::size_t size() const { return actions_.size(); }
  const std::vector<ActionId>& actions_of(RscId rsc) const {
    return by_resource_[rsc.value()].actions;
  }

  /// The task in the action's key.
  Task task_of(ActionId id) const { return key_tasks_[id.value()]; }
  /// Whether some action of `rsc` has the task in its key. Much is looked up that is not there, and
  /// need not be looked for among a resource's probes.
  bool has_task(RscId rsc, Task task) const {
    return (by_resource_[rsc.value()].tasks & bit_of(task)) != 0;
  }

  /// The action of `rsc` that matches; the newest, where several do. A node that is asked for must
  /// be the action's.
  std::optional<ActionId> find(RscId rsc, const ActionQuery& query) const;
  std::optional<ActionId> find_key(RscId rsc, const OpKey& key, std::optional<NodeId> node) const;
  /// The oldest action of `rsc` that a request for `key` on `node` means: one that has no node yet
  /// takes this one.
  std::optional<ActionId> find_requested(RscId rsc, const OpKey& key,
                                         std::optional<NodeId> node) const;

  /// All actions of `rsc` with this key, the oldest first, to the end of `out`.
  void find_all(RscId rsc, const OpKey& key, std::vector<ActionId>& out) const;

  /// The action's key does not change any more.
  ActionId add(Action&& action);
  /// Orders two actions; a relation that shares an effect with one between the two is dropped.
  void order(ActionId first, ActionId then, effect::Bits effects);
  void store(StoredRelation relation) { stored.push_back(relation); }

  std::vector<Relation> relations;
  std::deque<StoredRelation> stored;
  Remarks remarks;                         ///< if the status has kept its own
  std::vector<ActionId> looped;            ///< left out: they wait for themselves
  std::vector<ImpliedStop> implied_stops;  ///< of instances that are told about each other

  /// Refined copies: deciding on actions changes some roles and makes some nodes unclean.
  std::vector<PlacedResource> resources;
  std::vector<PlacedNode> nodes;
  std::vector<bool> reload;                      ///< by resource: parameters change in place
  std::vector<std::optional<ActionId>> fencing;  ///< by node

  PlacedResource& resource(RscId id) { return resources[id.value()]; }
  const PlacedResource& resource(RscId id) const { return resources[id.value()]; }
  PlacedNode& node(NodeId id) { return nodes[id.value()]; }
  const PlacedNode& node(NodeId id) const { return nodes[id.value()]; }

  std::unordered_map<std::string, ActionId> plain;  ///< actions without a resource, by key

 private:
  const Status* status_;
  const Placement* placement_;
  struct ActionsOfResource {
    std::vector<ActionId> actions;
    std::uint32_t tasks = 0;  ///< a bit for each task in their keys
  };
  static std::uint32_t bit_of(Task task) { return 1U << static_cast<unsigned>(task); }
  /// Whether the action has the key. Most have not, and need not be looked at for that.
  bool has_key(ActionId id, const OpKey& key) const {
    return key_tasks_[id.value()] == key.task && action(id).key == key;
  }

  /// The effects that relations between the two were asked to have.
  effect::Bits asked_between(ActionId first, ActionId then);

  base::StableVector<Action> actions_;
  /// Effects by the later action, for actions with many before them as well as after: of a large
  /// bundle, where looking through either list would take the square of its size.
  std::unordered_map<std::uint32_t, std::unordered_map<std::uint32_t, effect::Bits>> asked_after_;
  std::vector<Task> key_tasks_;  ///< of the keys, by action
  std::vector<ActionsOfResource> by_resource_;
};

/// Decides on actions.
ActionPlan decide_actions(const Status& status, const Placement& placement);

}  // namespace systole::policy
