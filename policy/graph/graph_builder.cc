#include "policy/graph/graph_builder.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/graph/action_writer.h"
#include "policy/ordering/inputs.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

class GraphBuilder {
 public:
  GraphBuilder(ActionPlan& plan, std::uint32_t transition_id)
      : plan_(plan),
        status_(plan.status()),
        texts_(std::make_shared<model::TextPool>()),
        writer_(plan, *texts_),
        emitted_(plan.size()) {
    graph_.transition_id = transition_id;
    graph_.texts = {status_.snapshot->pool, status_.pool, texts_};
  }

  model::TransitionGraph build() && {
    write_options();
    graph_.synapses.reserve(count_executed());
    for (const RscId id : status_.top_level) emit_resource(id);
    add_maintenance();
    for (std::size_t i = plan_.size(); i-- > 0;) emit(ActionId(static_cast<std::uint32_t>(i)));
    find_missing();
    return std::move(graph_);
  }

 private:
  void write_options() {
    const ClusterOptions& options = status_.options;
    graph_.cluster_delay = options.cluster_delay;
    graph_.stonith_timeout = options.fencing_timeout;
    graph_.failed_start_offset = options.start_failure_is_fatal ? "INFINITY" : "1";
    graph_.batch_limit = options.batch_limit;
    graph_.migration_limit = options.migration_limit;
    graph_.recheck_by = status_.next_change.when();
  }

  std::size_t count_executed() const {
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < plan_.size(); ++i) {
      if (is_executed(plan_, plan_.action(ActionId(i)))) ++count;
    }
    return count;
  }

  void emit_own(RscId id) {
    const auto& actions = plan_.actions_of(id);
    for (auto action = actions.rbegin(); action != actions.rend(); ++action) emit(*action);
  }

  void emit_resource(RscId id) {
    const Resource& rsc = status_.resource(id);
    switch (rsc.kind) {
      case model::ResourceKind::kPrimitive:
        emit_own(id);
        break;
      case model::ResourceKind::kGroup:
        emit_own(id);
        for (const RscId member : rsc.children) emit_resource(member);
        break;
      case model::ResourceKind::kClone: {
        for (const RscId instance : rsc.children) emit_resource(instance);
        emit_own(id);
        break;
      }
      case model::ResourceKind::kBundle:
        if (rsc.bundle.inner) emit_resource(*rsc.bundle.inner);
        for (const Replica& replica : rsc.bundle.replicas) {
          if (replica.address) emit_resource(*replica.address);
          emit_resource(replica.container);
          if (replica.connection) emit_resource(*replica.connection);
        }
        break;
    }
  }

  /// Remote nodes whose maintenance began or ended are told.
  void add_maintenance() {
    MetaList changed;
    for (const NodeId id : status_.node_order) {
      const Node& node = status_.node(id);
      if (!node.is_remote_kind() || node.maintenance == node.was_in_maintenance) continue;
      changed.emplace_back(node.id, node.maintenance ? "1" : "0");
    }
    if (changed.empty()) return;
    Action action;
    action.task = Task::kMaintenance;
    action.key.task = Task::kMaintenance;
    action.plain_key = "maintenance_nodes";
    action.pseudo = true;
    action.optional = true;
    action.forced = true;
    action.meta = std::move(changed);
    plan_.add(std::move(action));
    emitted_.resize(plan_.size());
  }

  /// The relations of an action, those from one action together, in the order of their ids.
  const std::vector<std::uint32_t>& sorted_relations(const Action& action) {
    sorted_ = action.before;
    std::stable_sort(sorted_.begin(), sorted_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return plan_.relations[a].first < plan_.relations[b].first;
    });
    return sorted_;
  }

  void emit(ActionId id) {
    const Action& action = plan_.action(id);
    if (emitted_[id.value()] != 0 || !is_executed(plan_, action)) return;
    emitted_[id.value()] = 1;
    model::Synapse& synapse = graph_.synapses.emplace_back();
    writer_.write(action, synapse.action);
    synapse.priority = action.priority;
    if (action.resource) {
      synapse.priority =
          std::max(synapse.priority, plan_.resource(*action.resource).priority.value());
    }
    add_inputs(action, synapse.inputs);
  }

  void add_inputs(const Action& action, std::vector<std::uint32_t>& inputs) {
    const std::vector<std::uint32_t>& places = sorted_relations(action);
    for (auto begin = places.begin(); begin != places.end();) {
      const ActionId first = plan_.relations[*begin].first;
      effect::Bits effects = effect::kNone;
      auto end = begin;
      for (; end != places.end() && plan_.relations[*end].first == first; ++end) {
        effects |= plan_.relations[*end].effects;
      }
      if (is_input(plan_, action, plan_.action(first), effects)) {
        inputs.push_back(first.value() + 1);
        for (auto place = begin; place != end; ++place) plan_.relations[*place].in_graph = true;
      }
      begin = end;
    }
  }

  void find_missing() {
    std::vector<std::uint8_t> noted(plan_.size());
    for (const model::Synapse& synapse : graph_.synapses) {
      for (const std::uint32_t input : synapse.inputs) {
        if (emitted_[input - 1] != 0 || noted[input - 1] != 0) continue;
        noted[input - 1] = 1;
        writer_.write_head(plan_.action(ActionId(input - 1)), graph_.missing.emplace_back());
      }
    }
  }

  ActionPlan& plan_;
  const Status& status_;
  model::TransitionGraph graph_;
  std::shared_ptr<model::TextPool> texts_;
  ActionWriter writer_;
  std::vector<std::uint8_t> emitted_;
  std::vector<std::uint32_t> sorted_;  ///< of the action that is being written
};

}  // namespace

model::TransitionGraph build_graph(ActionPlan& plan, std::uint32_t transition_id) {
  return GraphBuilder(plan, transition_id).build();
}

}  // namespace systole::policy
