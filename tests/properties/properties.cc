#include "tests/properties/properties.h"

#include <algorithm>
#include <set>

#include "lib/base/strings.h"
#include "lib/cib_model/graph_writer.h"
#include "policy/status/queries.h"
#include "tests/properties/configured.h"
#include "tests/properties/order.h"

namespace systole::properties {

namespace {

using base::cat;
using policy::Action;
using policy::ActionId;
using policy::Node;
using policy::NodeId;
using policy::Resource;
using policy::Role;
using policy::RscId;
using policy::Status;
using policy::Task;

/// What a node does that cannot be reached is certain only once it is fenced. Resources that do not
/// wait for that (`requires`, or no fencing at all) may run twice: their configuration says so.
bool may_run_beside(const Status& status, const Resource& rsc, NodeId id) {
  const Node& node = status.node(id);
  const bool reachable = node.online && !node.unclean && !node.pending;
  return !reachable && (!rsc.needs_fencing() || !status.options.fencing_enabled);
}

class PlanChecker {
 public:
  PlanChecker(const Planned& planned, Trust trust, Violations& violations)
      : trust_(trust),
        snapshot_(*planned.snapshot),
        plan_(planned.plan),
        status_(*planned.plan.status),
        order_(planned.plan.graph),
        violations_(violations) {
    for (const model::Synapse& synapse : plan_.graph.synapses) {
      const ActionId id(synapse.action.id - 1);
      if (id.value() >= plan_.actions->size()) continue;
      const Action& action = plan_.actions->action(id);
      actions_.push_back(&action);
      // What waits for ever harms nobody.
      const bool real =
          synapse.action.kind == model::GraphActionKind::kResource && order_.is_reached(id);
      if (real && action.resource && action.node) operations_.push_back(&action);
    }
  }

  void check() {
    if (trust_ == Trust::kPlausible) check_acyclic();
    std::set<std::uint32_t> started;
    for (const Action* action : operations_) {
      check_target(*action);
      if (action->task != Task::kStart && action->task != Task::kPromote) continue;
      check_fenced_first(*action);
      if (action->task != Task::kStart) continue;
      if (!started.insert(action->resource->value()).second) {
        report("one-copy", cat(name(*action->resource), " is started twice"));
      }
      check_one_copy(*action);
    }
    for (std::size_t i = 0; i < status_.resources.size(); ++i) {
      const RscId id(static_cast<std::uint32_t>(i));
      if (status_.resource(id).is_clone() && status_.resource(id).clone.promotable) {
        check_promoted(id);
      }
    }
  }

 private:
  void report(const char* property, std::string text) {
    violations_.push_back({property, std::move(text)});
  }
  std::string name(RscId id) const { return std::string(status_.resource(id).id); }
  std::string name(NodeId id) const { return std::string(status_.node(id).name); }
  std::string name(const Action& action) const {
    return cat(name(*action.resource), " ", to_string(action.task), " on ", name(*action.node));
  }

  /// Every action of the graph can be done, and none was left out for waiting for itself.
  void check_acyclic() {
    std::string waiting;
    for (const std::size_t place : order_.stuck()) {
      const model::GraphAction& action = plan_.graph.synapses[place].action;
      waiting += cat(" <- ", action.key, " ", action.node);
    }
    if (!order_.can_be_completed() || !plan_.graph.missing.empty()) {
      report("acyclic", "never done:" + waiting);
    }
    std::string left_out;
    for (const ActionId id : plan_.actions->looped) {
      const Action& action = plan_.actions->action(id);
      const std::string key =
          action.resource ? policy::key_text(status_.resource(*action.resource).id, action.key)
                          : action.plain_key;
      left_out += cat(" ", key, action.node ? cat("@", name(*action.node)) : "");
    }
    if (left_out.empty() || waits_for_own_guest()) return;
    if (keeps_away_from_its_connection() || meets_own_migration()) return;
    report("acyclic", "left out:" + left_out);
  }

  // Loops that are configured without an order that closes them; Pacemaker is stuck in them, too.

  /// What has to start before a bundle or machine is placed on the guest node that this makes.
  bool waits_for_own_guest() const {
    return std::any_of(plan_.actions->looped.begin(), plan_.actions->looped.end(),
                       [&](ActionId id) {
                         const Action& action = plan_.actions->action(id);
                         if (!action.resource || !action.node) return false;
                         const auto container = policy::container_of_node(status_, *action.node);
                         return container && is_ordered(top(*action.resource), top(*container));
                       });
  }

  /// What runs behind a connection must not be beside it. It has to stop before the connection is
  /// made where it counts as running, and can be stopped only through the connection.
  bool keeps_away_from_its_connection() const {
    return std::any_of(
        plan_.actions->looped.begin(), plan_.actions->looped.end(), [&](ActionId id) {
          const Action& action = plan_.actions->action(id);
          if (!action.resource || !action.node) return false;
          const auto connection = status_.node(*action.node).connection;
          return connection &&
                 keep_away(plan_, *action.resource, *connection, base::Score::minus_infinity());
        });
  }

  /// An instance of a clone moves, and so, live, does what is ordered after all of them: that
  /// leaves before the clone stops anything, but arrives only after the instance started.
  bool meets_own_migration() const {
    const auto& looped = plan_.actions->looped;
    const auto migrates_after = [&](RscId clone) {
      return std::any_of(looped.begin(), looped.end(), [&](ActionId id) {
        const Action& action = plan_.actions->action(id);
        return action.task == Task::kMigrateTo && is_ordered(name(clone), top(*action.resource));
      });
    };
    return std::any_of(looped.begin(), looped.end(), [&](ActionId id) {
      const auto resource = plan_.actions->action(id).resource;
      return resource && status_.resource(*resource).is_clone() && migrates_after(*resource);
    });
  }

  std::string top(RscId id) const { return name(policy::top_of(status_, id, true)); }

  bool is_ordered(const std::string& first, const std::string& then) const {
    return properties::is_ordered(snapshot_, first, then);
  }

  bool is_fencing_of(const Action& action, NodeId node) const {
    return action.task == Task::kFence && action.node == node && action.fence_operation != "on";
  }

  /// The node, or the machine that a guest lives on, is shut off by this action.
  bool shuts_off(const Action& action, NodeId node) const {
    if (is_fencing_of(action, node)) return true;
    const auto container = policy::container_of_node(status_, node);
    if (!container) return false;
    if (action.task == Task::kStop && action.resource == *container) return true;
    const auto& hosts = status_.resource(*container).active_on;
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](NodeId host) { return is_fencing_of(action, host); });
  }

  template <typename Predicate>
  bool any_before(const Action& then, Predicate predicate) {
    return std::any_of(actions_.begin(), actions_.end(), [&](const Action* action) {
      return predicate(*action) && order_.is_before(action->id, then.id);
    });
  }

  bool has_left(RscId rsc, NodeId node, const Action& start) {
    return any_before(start, [&](const Action& action) {
      if (action.task == Task::kStop && action.resource == rsc && action.node == node) return true;
      return shuts_off(action, node);
    });
  }

  void check_one_copy(const Action& start) {
    const Resource& rsc = status_.resource(*start.resource);
    for (const NodeId node : rsc.active_on) {
      if (node == start.node || may_run_beside(status_, rsc, node)) continue;
      if (has_left(*start.resource, node, start)) continue;
      report("one-copy", cat(name(start), " while it is active on ", name(node)));
    }
  }

  void check_target(const Action& action) {
    if (action.task != Task::kStart && action.task != Task::kPromote &&
        action.task != Task::kMonitor && action.task != Task::kMigrateFrom) {
      return;
    }
    const Node& node = status_.node(*action.node);
    if (node.connection) {
      if (trust_ == Trust::kPlausible) check_remote_target(action, *node.connection);
    } else if (!node.online || node.pending || node.unclean ||
               plan_.actions->node(*action.node).unclean) {
      report("clean-target",
             cat(name(action), ", which is ",
                 node.unclean ? "unclean" : (node.pending ? "pending" : "offline")));
    }
  }

  /// A node behind a connection is there once that is up.
  void check_remote_target(const Action& action, RscId connection) {
    const auto connects = [&](const Action& other) {
      return other.resource == connection &&
             (other.task == Task::kStart || other.task == Task::kMigrateFrom);
    };
    const auto breaks = [&](const Action* other) {
      return other->resource == connection && other->task == Task::kStop &&
             !order_.is_before(action.id, other->id);
    };
    const bool up = status_.resource(connection).role > Role::kStopped;
    if (up && std::none_of(actions_.begin(), actions_.end(), breaks)) return;
    if (any_before(action, connects)) return;
    report("clean-target", cat(name(action), ", which is not connected"));
  }

  void check_fenced_first(const Action& start) {
    const Resource& rsc = status_.resource(*start.resource);
    if (!rsc.needs_fencing()) return;
    for (const NodeId node : rsc.active_on) {
      if (node == start.node || !plan_.actions->node(node).unclean) continue;
      if (any_before(start, [&](const Action& action) { return shuts_off(action, node); }))
        continue;
      report("fenced-first", cat(name(start), " before the fencing of ", name(node)));
    }
  }

  void check_promoted(RscId clone) {
    std::vector<RscId> instances;
    for (const RscId child : status_.resource(clone).children) collect(child, instances);
    const std::size_t allowed =
        static_cast<std::size_t>(std::max(0, status_.resource(clone).clone.promoted_max));
    for (const Action* promote : operations_) {
      if (promote->task != Task::kPromote) continue;
      const auto mine = std::find(instances.begin(), instances.end(), *promote->resource);
      if (mine == instances.end()) continue;
      std::size_t count = 1;
      for (const RscId other : instances) {
        if (other == *promote->resource || !same_member(other, *promote->resource)) continue;
        if (may_be_promoted(other, *promote)) ++count;
      }
      if (count > allowed) {
        report("one-promoted", cat(name(*promote), " beside ", count - 1, " more of ", allowed));
      }
    }
  }

  bool same_member(RscId a, RscId b) const {
    return status_.resource(a).base_id == status_.resource(b).base_id;
  }

  void collect(RscId id, std::vector<RscId>& out) const {
    if (status_.resource(id).is_primitive()) out.push_back(id);
    for (const RscId child : status_.resource(id).children) collect(child, out);
  }

  /// What cannot be stopped stays promoted, whatever is planned; people have to see to it. Another
  /// instance is promoted beside it, as Pacemaker does it.
  bool is_stuck(RscId instance, NodeId node) const {
    const auto stop = plan_.actions->find(instance, {.task = Task::kStop, .node = node});
    return stop && plan_.actions->action(*stop).is_blocked();
  }

  /// Whether an instance may be promoted while `promote` is done.
  bool may_be_promoted(RscId instance, const Action& promote) {
    const bool promoted_too =
        std::any_of(operations_.begin(), operations_.end(), [&](const Action* other) {
          return other->task == Task::kPromote && other->resource == instance;
        });
    if (promoted_too) return true;
    const Resource& rsc = status_.resource(instance);
    if (rsc.role != Role::kPromoted || !plan_.actions->resource(instance).managed) return false;
    return std::any_of(rsc.active_on.begin(), rsc.active_on.end(), [&](NodeId node) {
      if (may_run_beside(status_, rsc, node) || is_stuck(instance, node)) return false;
      return !any_before(promote, [&](const Action& action) {
        const bool lowers = action.task == Task::kDemote || action.task == Task::kStop;
        if (lowers && action.resource == instance && action.node == node) return true;
        return shuts_off(action, node);
      });
    });
  }

  Trust trust_;
  const model::Snapshot& snapshot_;
  const policy::Plan& plan_;
  const Status& status_;
  Order order_;
  Violations& violations_;
  std::vector<const Action*> actions_;
  std::vector<const Action*> operations_;  ///< what an agent does on a node
};

void check_repeatable(const TestCluster& cluster, const Planned& planned, Violations& violations) {
  const Planned again = cluster.plan();
  const auto text = [](const policy::Plan& plan) {
    return cib_model::graph_text(plan.graph, xml::Layout::kIndented);
  };
  if (text(again.plan) != text(planned.plan)) {
    violations.push_back({"repeatable", "two plans for one input differ"});
  }
}

/// Nothing is fenced for the sake of resources that are left alone (also for a ticket, or for the
/// maintenance of the node that they run on), and the first one that is not changes that.
bool nothing_is_managed(const policy::ActionPlan& plan) {
  return std::none_of(plan.resources.begin(), plan.resources.end(),
                      [](const policy::PlacedResource& rsc) { return rsc.managed; });
}

void check_unrelated(const TestCluster& cluster, const Planned& planned, Violations& violations) {
  if (nothing_is_managed(*planned.plan.actions)) return;
  TestCluster larger(cluster.text(), cluster.now());
  const xml::Element resources =
      larger.root().first_child("configuration").first_child("resources");
  const auto one_more = xml::Document::parse(
      "<primitive id='unrelated' class='ocf' provider='test' type='Agent'><meta_attributes "
      "id='unrelated-meta'><nvpair id='unrelated-role' name='target-role' value='Stopped'/>"
      "<nvpair id='unrelated-requires' name='requires' value='nothing'/></meta_attributes>"
      "</primitive>");
  xml::Element(resources).append_copy(one_more->root());
  const Planned changed = larger.plan();
  std::vector<std::string> actions = real_actions(changed.plan.graph);
  std::erase_if(actions, [](const std::string& text) { return text.starts_with("unrelated_"); });
  std::vector<std::string> expected = real_actions(planned.plan.graph);
  // Nobody knows whether the new one runs behind a connection that is lost: that is fenced for it.
  for (const Node& node : planned.plan.status->nodes) {
    if (!node.is_remote_kind()) continue;
    const std::string fencing = cat("stonith-", node.name, "-");
    const auto is_fencing = [&](const std::string& text) { return text.starts_with(fencing); };
    std::erase_if(actions, is_fencing);
    std::erase_if(expected, is_fencing);
  }
  if (actions == expected) return;
  std::vector<std::string> difference;
  std::set_symmetric_difference(actions.begin(), actions.end(), expected.begin(), expected.end(),
                                std::back_inserter(difference));
  violations.push_back({"unrelated", "it changes " + base::join(difference, ", ")});
}

/// What the cluster does not manage, or was told to leave alone after a failure, is nobody's to
/// stop: people see to it.
bool is_left_alone(const policy::ActionPlan& plan, RscId id) {
  return !plan.resource(id).managed || plan.resource(id).blocked;
}

class ResultChecker {
 public:
  ResultChecker(const Planned& done, const Planned& next, Violations& violations)
      : plan_(*next.plan.actions), status_(*next.plan.status), violations_(violations) {
    const Status& before = *done.plan.status;
    for (std::size_t i = 0; i < before.resources.size(); ++i) {
      const RscId id(static_cast<std::uint32_t>(i));
      if (!before.resource(id).is_primitive() || !is_left_alone(*done.plan.actions, id)) continue;
      for (const NodeId node : before.resource(id).active_on) {
        left_alone_.emplace(before.resource(id).base_id, before.node(node).name);
      }
    }
  }

  void check() {
    for (std::size_t i = 0; i < status_.resources.size(); ++i) {
      const RscId id(static_cast<std::uint32_t>(i));
      const Resource& rsc = status_.resource(id);
      if (rsc.is_primitive()) check_primitive(id);
      if (rsc.is_clone()) check_clone(rsc);
    }
  }

 private:
  void report(const char* property, std::string text) {
    violations_.push_back({property, std::move(text)});
  }

  /// A stop that is wanted and cannot be done leaves its copy where it is; the plan shows it as
  /// blocked.
  bool is_stop_blocked(RscId id, NodeId node) const {
    const auto stop = plan_.find(id, {.task = Task::kStop, .node = node});
    return stop && plan_.action(*stop).is_blocked();
  }

  /// The nodes on which a resource is active for longer.
  std::vector<NodeId> copies_of(RscId id) const {
    std::vector<NodeId> out;
    if (is_left_alone(plan_, id)) return out;
    const Resource& rsc = status_.resource(id);
    for (const NodeId node : rsc.active_on) {
      if (may_run_beside(status_, rsc, node) || is_stop_blocked(id, node)) continue;
      if (left_alone_.contains({rsc.base_id, status_.node(node).name})) continue;
      out.push_back(node);
    }
    return out;
  }

  void check_primitive(RscId id) {
    const Resource& rsc = status_.resource(id);
    // What is not configured may have been a clone or bundle; nothing says of how many instances.
    if (rsc.removed && !rsc.parent) return;
    const std::size_t copies = copies_of(id).size();
    if (copies > 1) report("copies", cat(rsc.id, " is active on ", copies, " nodes"));
  }

  void check_clone(const Resource& clone) {
    int active = 0;
    int promoted = 0;
    std::vector<int> on_node(status_.nodes.size());
    for (const RscId id : clone.children) {
      std::set<NodeId> nodes;
      policy::for_each_primitive(status_, id, [&](RscId part) {
        const std::vector<NodeId> copies = copies_of(part);
        nodes.insert(copies.begin(), copies.end());
      });
      if (nodes.empty()) continue;
      ++active;
      if (status_.resource(id).role == Role::kPromoted) ++promoted;
      for (const NodeId node : nodes) ++on_node[node.value()];
    }
    if (active > std::max(0, clone.clone.max)) {
      report("copies", cat(active, " instances of ", clone.id, " are active"));
    }
    if (clone.clone.promotable && promoted > clone.clone.promoted_max) {
      report("copies", cat(promoted, " instances of ", clone.id, " are promoted"));
    }
    for (std::size_t i = 0; i < on_node.size(); ++i) {
      if (on_node[i] <= clone.clone.node_max) continue;
      report("copies",
             cat(on_node[i], " instances of ", clone.id, " are active on ", status_.nodes[i].name));
    }
  }

  const policy::ActionPlan& plan_;
  const Status& status_;
  std::set<std::pair<model::Text, model::Text>> left_alone_;  ///< resources and their nodes
  Violations& violations_;
};

}  // namespace

std::vector<std::string> real_actions(const model::TransitionGraph& graph) {
  std::vector<std::string> out;
  for (const model::Synapse& synapse : graph.synapses) {
    const model::GraphAction& action = synapse.action;
    if (action.kind == model::GraphActionKind::kPseudo) continue;
    out.push_back(cat(action.key, " ", action.node));
  }
  std::sort(out.begin(), out.end());
  return out;
}

void check_plan(const TestCluster& cluster, const Planned& planned, Trust trust,
                Violations& violations) {
  PlanChecker(planned, trust, violations).check();
  check_repeatable(cluster, planned, violations);
  check_unrelated(cluster, planned, violations);
}

void check_copies(const Planned& done, const Planned& next, Violations& violations) {
  ResultChecker(done, next, violations).check();
}

}  // namespace systole::properties
