#include "tests/properties/exceptions.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/queries.h"
#include "tests/properties/configured.h"
#include "tests/properties/order.h"

namespace systole::properties {

namespace {

using policy::Action;
using policy::ActionId;
using policy::Node;
using policy::NodeId;
using policy::Resource;
using policy::RscId;
using policy::Status;
using policy::Task;

class Explainer {
 public:
  explicit Explainer(const Planned& planned)
      : snapshot_(planned.snapshot.get()),
        plan_(planned.plan),
        status_(*planned.plan.status),
        order_(planned.plan.graph) {
    for (const model::Synapse& synapse : plan_.graph.synapses) {
      const ActionId id(synapse.action.id - 1);
      if (id.value() >= plan_.actions->size()) continue;
      (has_lasting_cause(action(id)) ? explained_ : open_).push_back(id);
    }
    add_consequences();
  }

  bool explains(const model::GraphAction& listed) const {
    const ActionId id(listed.id - 1);
    if (id.value() >= plan_.actions->size()) return false;
    const bool comes_along =
        std::find(explained_.begin(), explained_.end(), id) != explained_.end();
    return comes_along || is_told_again(action(id));
  }

 private:
  const Action& action(ActionId id) const { return plan_.actions->action(id); }

  /// Each explained action explains those that it is ordered with.
  void add_consequences() {
    for (std::size_t i = 0; i < explained_.size(); ++i) {
      const ActionId cause = explained_[i];
      const auto comes_along = [&](ActionId id) {
        return order_.is_before(cause, id) || order_.is_before(id, cause) ||
               are_restart(action(cause), action(id));
      };
      const auto rest = std::stable_partition(open_.begin(), open_.end(), comes_along);
      explained_.insert(explained_.end(), open_.begin(), rest);
      open_.erase(open_.begin(), rest);
    }
  }

  static bool are_restart(const Action& start, const Action& stop) {
    return start.task == Task::kStart && stop.task == Task::kStop &&
           start.resource == stop.resource;
  }

  bool has_lasting_cause(const Action& action) const {
    return restarts_for_failure_inside(action) || recovers_lasting_failure(action) ||
           unfences_for_device_left(action) || is_of_pending(action) || is_hollow_start(action) ||
           fences_for_stuck_connection(action) || moves_for_room(action) || is_in_pursuit(action) ||
           is_inside_out(action) || is_on_failed_node(action) || makes_room_on_guest(action);
  }

  bool restarts_for_failure_inside(const Action& action) const {
    return std::any_of(status_.demands.begin(), status_.demands.end(),
                       [&](const policy::Demand& demand) {
                         return demand.reason == "container" && demand.resource == action.resource;
                       });
  }

  /// What was recorded on a node about a resource, by the names that histories give it.
  template <typename Predicate>
  bool is_recorded(const Resource& rsc, NodeId node, Predicate predicate) const {
    const model::NodeState* state = status_.node(node).state;
    if (state == nullptr) return false;
    return std::any_of(state->history.begin(), state->history.end(), [&](const auto& entry) {
      const bool own = entry.id == rsc.id || entry.id == rsc.alias || entry.id == rsc.base_id;
      return own && std::any_of(entry.operations.begin(), entry.operations.end(), predicate);
    });
  }

  template <typename Predicate>
  bool is_recorded(const Action& action, Predicate predicate) const {
    return action.resource && action.node &&
           is_recorded(status_.resource(*action.resource), *action.node, predicate);
  }

  static bool is_failure(const model::HistoryOperation& op) {
    return op.id.ends_with("_last_failure_0");
  }

  static bool has_on_fail(const Resource& rsc, std::string_view wanted) {
    if (rsc.config == nullptr) return false;
    const auto& operations = rsc.config->operations;
    return std::any_of(operations.begin(), operations.end(), [&](const auto& op) {
      const model::Text* on_fail = model::find_value(op.attributes, "on-fail");
      return on_fail != nullptr && *on_fail == wanted;
    });
  }

  bool recovers_lasting_failure(const Action& action) const {
    if (!is_recorded(action, is_failure)) return false;
    const Resource& rsc = status_.resource(*action.resource);
    return has_on_fail(rsc, "standby") || has_on_fail(rsc, "ignore");
  }

  /// Whether the action is on a node that a failure puts on standby whenever it counts.
  bool is_on_failed_node(const Action& action) const {
    return action.node && std::any_of(status_.resources.begin(), status_.resources.end(),
                                      [&](const Resource& rsc) {
                                        return has_on_fail(rsc, "standby") &&
                                               is_recorded(rsc, *action.node, is_failure);
                                      });
  }

  /// Whether an instance of the action's clone shall run on a guest that does not come up.
  bool makes_room_on_guest(const Action& action) const {
    const auto clone = action.resource ? policy::clone_of(status_, *action.resource) : std::nullopt;
    if (!clone) return false;
    bool waits = false;
    policy::for_each_primitive(status_, *clone, [&](RscId id) {
      for (const ActionId other : plan_.actions->actions_of(id)) {
        const Action& at = this->action(other);
        const bool blocked = at.task == Task::kStart && !at.optional && !at.runnable;
        waits = waits || (blocked && at.node && status_.node(*at.node).is_guest());
      }
    });
    return waits;
  }

  bool unfences_for_device_left(const Action& action) const {
    if (action.task != Task::kFence || action.fence_operation != "on" || !action.node) return false;
    if (!action.reason.starts_with("Device")) return false;
    for (std::size_t i = 0; i < status_.resources.size(); ++i) {
      const RscId id(static_cast<std::uint32_t>(i));
      const Resource& rsc = status_.resources[i];
      const bool here = policy::is_active_on(rsc, *action.node);
      if (rsc.is_fence_device() && here && !plan_.actions->resource(id).managed) return true;
    }
    return false;
  }

  bool is_of_pending(const Action& action) const {
    return is_recorded(action, [](const model::HistoryOperation& op) {
      return op.status == policy::op_status::kPending;
    });
  }

  bool fences_for_stuck_connection(const Action& action) const {
    if (action.task != Task::kFence || !action.node) return false;
    const auto connection = status_.node(*action.node).connection;
    if (!connection) return false;
    const std::vector<ActionId>& own = plan_.actions->actions_of(*connection);
    return std::any_of(own.begin(), own.end(), [&](ActionId id) {
      return this->action(id).task == Task::kStop && this->action(id).is_blocked();
    });
  }

  bool moves_for_room(const Action& action) const {
    if (status_.options.placement_strategy == policy::PlacementStrategy::kDefault) return false;
    if (!action.resource || status_.resource(*action.resource).utilization.empty()) return false;
    const auto& placed = plan_.actions->resource(*action.resource);
    return placed.node && placed.current && *placed.node != *placed.current;
  }

  bool is_in_pursuit(const Action& action) const {
    if (!action.resource) return false;
    const std::vector<RscId> family = family_of(status_, *action.resource);
    const auto has = [&](RscId id) {
      return std::find(family.begin(), family.end(), id) != family.end();
    };
    const auto& all = plan_.placement->colocations;
    return std::any_of(all.begin(), all.end(), [&](const policy::Colocation& a) {
      if (a.score.value() <= 0 || (!has(a.dependent) && !has(a.primary))) return false;
      return std::any_of(all.begin(), all.end(), [&](const policy::Colocation& b) {
        const bool same = b.dependent == a.dependent && b.primary == a.primary;
        const bool reversed = b.dependent == a.primary && b.primary == a.dependent;
        return b.score.value() < 0 && (same || reversed);
      });
    });
  }

  std::string top(RscId id) const {
    return std::string(status_.resource(policy::top_of(status_, id, true)).id);
  }

  /// Whether a resource may be placed inside of a container although it is ordered before that, or
  /// keeps away from it.
  bool contradicts(RscId rsc, RscId container, NodeId inside) const {
    const policy::TableCell& cell = plan_.placement->tables.at(rsc, inside);
    const bool allowed = cell.present && cell.score.value() >= 0;
    if (!allowed ||
        policy::top_of(status_, rsc, true) == policy::top_of(status_, container, true)) {
      return false;
    }
    return is_ordered(*snapshot_, top(rsc), top(container)) ||
           keep_away(plan_, rsc, container, base::Score(-1));
  }

  bool is_inside_out(const Action& action) const {
    if (!action.resource) return false;
    const std::string moved = top(*action.resource);
    for (std::size_t i = 0; i < status_.nodes.size(); ++i) {
      const NodeId inside(static_cast<std::uint32_t>(i));
      const auto container = policy::container_of_node(status_, inside);
      if (!container) continue;
      for (std::size_t j = 0; j < status_.resources.size(); ++j) {
        const RscId rsc(static_cast<std::uint32_t>(j));
        if (!status_.resource(rsc).is_primitive()) continue;
        if (top(rsc) != moved && top(*container) != moved) continue;
        if (contradicts(rsc, *container, inside)) return true;
      }
    }
    return false;
  }

  bool is_hollow_start(const Action& action) const {
    if (action.task != Task::kStart && action.task != Task::kRunning) return false;
    if (!action.resource || status_.resource(*action.resource).is_primitive()) return false;
    bool starts = false;
    bool blocked = false;
    policy::for_each_primitive(status_, *action.resource, [&](RscId id) {
      for (const ActionId other : plan_.actions->actions_of(id)) {
        const Action& at = this->action(other);
        if (at.task != Task::kStart) continue;
        starts = starts || (!at.optional && at.runnable);
        blocked = blocked || !at.runnable;
      }
    });
    return blocked && !starts;
  }

  bool is_told_again(const Action& action) const {
    if (action.task != Task::kNotify || !action.resource) return false;
    const auto clone = policy::clone_of(status_, *action.resource);
    bool blocked = false;
    if (clone)
      policy::for_each_primitive(status_, *clone, [&](RscId id) {
        for (const ActionId other : plan_.actions->actions_of(id)) {
          const Action& at = this->action(other);
          const bool down = at.task == Task::kStop || at.task == Task::kDemote;
          blocked = blocked || (down && at.key.task == action.key.task && at.is_blocked());
        }
      });
    return blocked;
  }

  const model::Snapshot* snapshot_;
  const policy::Plan& plan_;
  const Status& status_;
  Order order_;
  std::vector<ActionId> explained_;
  std::vector<ActionId> open_;
};

}  // namespace

std::vector<std::string> unexplained_actions(const Planned& planned) {
  Explainer explainer(planned);
  std::vector<std::string> out;
  for (const model::Synapse& synapse : planned.plan.graph.synapses) {
    const model::GraphAction& action = synapse.action;
    if (action.kind == model::GraphActionKind::kPseudo || explainer.explains(action)) continue;
    out.push_back(base::cat(action.key, " ", action.node));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace systole::properties
