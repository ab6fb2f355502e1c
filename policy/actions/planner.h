#pragma once

#include <optional>
#include <string_view>

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Decides on the actions of a plan. Rules live in one file each; the class holds what they share.
class Planner {
 public:
  Planner(const Status& status, const Placement& placement)
      : status_(status),
        placement_(placement),
        plan_(status, placement),
        probed_(status.resources.size()) {}

  ActionPlan run() &&;

 private:
  // planner.cc: creation of actions.
  struct Wanted {
    RscId resource;
    OpKey key;
    std::optional<NodeId> node;
    bool optional = true;
    Task task = Task::kNone;  ///< where it differs from the key's
  };
  ActionId request(const Wanted& wanted);
  ActionId request(RscId rsc, Task task, std::optional<NodeId> node, bool optional);
  ActionId pseudo(RscId rsc, Task task, bool optional, bool runnable);
  ActionId fence(NodeId node, bool optional, std::string_view operation = {});
  void demand_fence(NodeId node, std::string_view reason);
  void evaluate(ActionId id);
  void evaluate_quorum(Action& action);
  void replay_demands();
  void replay_stop(const Demand& demand);
  void settle_unplaced();
  void settle_unplaced(RscId rsc);
  Requires needs_of(RscId rsc, const OpKey& key) const;
  void store(RscId first, Task first_task, RscId then, Task then_task, effect::Bits effects);
  bool is_online(NodeId node) const { return plan_.node(node).online; }
  const Resource& rsc(RscId id) const { return status_.resource(id); }
  PlacedResource& placed(RscId id) { return plan_.resource(id); }

  // checks.cc
  void check_histories();
  void check_history(RscId rsc, NodeId node, const model::HistoryResource& entry);
  bool check_agent(RscId rsc, NodeId node, const model::HistoryResource& entry);
  void check_operation(RscId rsc, NodeId node, const model::HistoryOperation& op);
  void apply_verdict(RscId rsc, NodeId node, const model::HistoryOperation& op);
  void delete_history(RscId rsc, NodeId node);
  void cancel(RscId rsc, NodeId node, const model::HistoryOperation& op);
  void clear_failures(RscId rsc, NodeId node);
  void clear_failures_of_change(RscId rsc, NodeId node);
  void clear_removed_failures();
  void reload(RscId rsc, NodeId node);

  // probes.cc
  void create_probes();
  void probe_tree(RscId rsc, NodeId node);
  void probe_clone(RscId clone, NodeId node);
  void probe_bundle(RscId bundle, NodeId node);
  void order_after_probe(RscId probed, const std::vector<RscId>& arriving);
  void probe(RscId rsc, NodeId node);
  bool may_probe(RscId rsc, NodeId node);
  bool may_probe_guest(RscId rsc, NodeId node);

  // primitive.cc
  void create_actions(RscId rsc);
  void create_primitive(RscId rsc);
  struct Course;
  void plan_multiple_active(RscId rsc, Course& course);
  void plan_restart(RscId rsc, Course& course);
  void plan_transition(RscId rsc, const Course& course);
  void step(RscId rsc, Role from, Role to, bool optional, const Course& course);
  void stop(RscId rsc, bool optional, const Course& course);
  void start(RscId rsc, bool optional, const Course& course);
  void promote(RscId rsc, bool optional, const Course& course);
  void demote(RscId rsc, bool optional, const Course& course);

  // recurring.cc
  void create_recurring(RscId rsc);
  void create_active_recurring(RscId rsc, const model::OperationConfig& op);
  void create_stopped_recurring(RscId rsc, const model::OperationConfig& op);
  void cancel_recurring(RscId rsc, NodeId node, const model::OperationConfig& op, bool required);
  bool is_running(RscId rsc, NodeId node, const OpKey& key) const;
  OpKey key_of(const model::OperationConfig& op) const;

  // migration.cc
  bool may_migrate(RscId rsc, const Course& course) const;
  void create_migration(RscId rsc, const Course& course);

  // collective.cc
  void create_group(RscId group);
  void create_clone(RscId clone);
  void create_bundle(RscId bundle);
  void create_notifications(RscId clone, Task task, Task done);

  // remote.cc
  bool is_connection_lost(NodeId node) const;
  void order_remote_actions();
  void order_on_remote(ActionId id);
  void order_on_guest(ActionId id);

  // fencing.cc
  void create_fencing();
  void imply_by_fencing(ActionId fence_action, NodeId node);
  void order_starts_after(RscId rsc, ActionId fence_action, NodeId node);
  std::vector<std::pair<RscId, NodeId>> instances_left(RscId clone) const;
  void imply_stops(RscId rsc, ActionId fence_action, NodeId node);
  void create_shutdowns();
  void fence_guest(NodeId node);
  std::optional<std::int64_t> fencing_delay(NodeId node) const;

  // unfencing.cc
  bool needs_unfencing(RscId rsc) const;
  ActionId unfence(NodeId node);
  void require_unfencing(NodeId node, std::string_view reason);
  void unfence_after_change(RscId rsc, NodeId node, std::string_view reason);
  void unfence_before(ActionId action, effect::Bits effects);
  void imply_unfencing();
  void describe_devices(ActionId fencing);
  void check_devices();

  const Status& status_;
  const Placement& placement_;
  ActionPlan plan_;
  std::vector<bool> probed_;  ///< by resource: it is asked about somewhere
};

}  // namespace systole::policy
