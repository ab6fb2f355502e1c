#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Puts actions in order and settles what that does to them. Rules live in one file each; the class
/// holds what they share.
class Orderer {
 public:
  explicit Orderer(ActionPlan& plan) : plan_(plan), status_(plan.status()) {}
  void run();

 private:
  // constraints.cc
  void read_constraints();
  void read_order(const model::OrderConstraint& config);
  void keep_apart(const Colocation& colocation);
  void read_order_sets(const model::OrderConstraint& config,
                       const std::vector<model::ResourceSet>& sets);
  struct Kind;
  struct SetPair;
  Kind kind_of(const model::OrderConstraint& config) const;
  void relate(RscId first, Task first_task, RscId then, Task then_task, const Kind& kind);
  void relate_minimum(const std::vector<RscId>& first, Task first_task,
                      const std::vector<RscId>& then, Task then_task, const Kind& kind,
                      std::string name, int minimum);
  void relate_members(const std::vector<RscId>& members, Task task, bool sequential,
                      const Kind& kind);
  void relate_sets(const SetPair& pair, const Kind& kind);

  // implied.cc
  void imply_orders(RscId rsc);
  void imply_primitive(RscId rsc);
  void imply_launched(RscId rsc);
  void imply_group(RscId group);
  void imply_clone(RscId clone);
  void imply_bundle(RscId bundle);
  void complete_demotions();
  void imply_promotable(RscId rsc);
  void imply_capacity(RscId rsc);

  // store: shorthand for relations between keys.
  void store(RscId first, Task first_task, RscId then, Task then_task, effect::Bits effects);
  void add_stored(StoredRelation relation);

  // bind.cc
  void bind(const StoredRelation& stored);
  void bind_first(const StoredRelation& stored, std::vector<ActionId>& out);
  void find_all(const Side& side, std::vector<ActionId>& out) const;
  std::optional<RscId> resource_of(const Side& side) const;
  void void_invalid_guest_orders();
  void void_capacity_loops();
  bool waits_for(ActionId from, ActionId to) const;

  // probe_order.cc
  void order_probes();
  void order_probe_before_instances(ActionId probe);
  void order_probe_before_restart(ActionId probe, const Action& after);
  bool is_part(const Action& collective, const Action& part) const;
  bool leads_to_part(const Action& probe, const Action& collective, const Action& part) const;
  void find_undone(const Action& action);
  void find_restarts();
  void follow_restarts(ActionId probe, ActionId after);
  void order_probes_of_stored(const StoredRelation& stored);

  // notifications.cc
  void notify();

  ActionPlan& plan_;
  const Status& status_;
  std::deque<StoredRelation> stored_;  ///< those of constraints and structure; the plan has more
  std::vector<ActionId> firsts_;       ///< of the relation that is being bound
  std::vector<ActionId> thens_;
  struct RestartStep {
    ActionId at;
    std::size_t count;  ///< relations that come in meanwhile are those of the probe itself
    std::size_t next = 0;
  };
  std::vector<RestartStep> restart_path_;  ///< where following restarts has come to
  std::vector<bool> before_restart_;       ///< by action: following it may come to a restart
  std::vector<std::uint32_t> seen_;        ///< by action: the last search that came across it
  std::uint32_t search_ = 0;
};

/// Orders the actions of `plan`, in place.
void order_actions(ActionPlan& plan);

/// The task whose completion a collective's task reports, and the other way round.
Task completion_of(Task task);
Task base_of(Task task);

}  // namespace systole::policy
