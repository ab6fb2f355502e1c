#include "tests/simulation/test_planner.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/strings.h"

namespace systole::simulation {
namespace {

using model::GraphAction;
using model::GraphActionKind;

struct Node {
  std::string id;
  std::string name;
  bool online = false;
  bool unclean = false;
  bool shutdown = false;
  std::map<std::string, std::string> attributes;
};

enum class Known { kNothing, kInactive, kActive, kFailed, kStopFailed };

struct State {
  Known known = Known::kNothing;
  bool monitored = false;
};

class Planner {
 public:
  explicit Planner(xml::Element cib) : cib_(cib) {
    quorate_ = cib.attribute_or("have-quorum", "0") == "1";
    read_nodes();
  }

  model::TransitionGraph plan() {
    read_unclean_resources();
    fence_nodes();
    const xml::Element resources = cib_.first_child("configuration").first_child("resources");
    std::size_t place = 0;
    for (const xml::Element resource : resources.children("primitive")) {
      plan_resource(resource, place++);
    }
    shut_down_nodes();
    graph_.texts = {texts_};
    return std::move(graph_);
  }

 private:
  static State read_state(xml::Element entry, std::string_view resource);
  void read_nodes();
  void read_unclean_resources();
  void fence_nodes();
  void plan_resource(xml::Element resource, std::size_t place);
  void place_resource(xml::Element resource, std::size_t place, std::map<std::string, State> states,
                      const std::vector<std::uint32_t>& probes);
  void shut_down_nodes();
  xml::Element entry_of(const std::string& id) const {
    const xml::Element status = cib_.first_child("status");
    return status ? status.first_child("node_state", id) : xml::Element();
  }

  GraphAction& add(GraphActionKind kind, model::Text task, const Node& node,
                   std::vector<std::uint32_t> inputs) {
    model::Synapse synapse;
    synapse.action.id = static_cast<std::uint32_t>(graph_.synapses.size());
    synapse.action.kind = kind;
    synapse.action.operation = task;
    synapse.action.node = texts_->keep(node.name);
    synapse.action.node_uuid = texts_->keep(node.id);
    synapse.inputs = std::move(inputs);
    graph_.synapses.push_back(std::move(synapse));
    return graph_.synapses.back().action;
  }

  std::uint32_t add_operation(xml::Element resource, model::Text task, const Node& node,
                              std::vector<std::uint32_t> inputs, int interval = 0,
                              int target_rc = 0) {
    GraphAction& action = add(GraphActionKind::kResource, task, node, std::move(inputs));
    action.resource = std::make_shared<model::GraphResource>(
        model::GraphResource{texts_->keep(resource.id()), "", "ocf", "pacemaker", "Dummy"});
    std::vector<model::NameValue> attributes;
    if (interval > 0) {
      attributes.push_back({"CRM_meta_interval", texts_->keep(std::to_string(interval))});
    }
    attributes.push_back({"CRM_meta_op_target_rc", texts_->keep(std::to_string(target_rc))});
    attributes.push_back({"CRM_meta_timeout", "2000"});
    action.attributes = model::make_attributes(std::move(attributes));
    action.key = texts_->keep(base::cat(resource.id(), "_", task, "_", interval));
    return action.id;
  }

  xml::Element cib_;
  bool quorate_ = false;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> fences_;
  std::map<std::string, std::vector<std::uint32_t>> stops_;  ///< by node
  std::map<std::string, std::size_t> load_;
  std::shared_ptr<model::TextPool> texts_ = std::make_shared<model::TextPool>();
  model::TransitionGraph graph_;
};

void Planner::read_nodes() {
  const xml::Element nodes = cib_.first_child("configuration").first_child("nodes");
  for (const xml::Element element : nodes.children("node")) {
    Node node;
    node.id = element.id();
    node.name = element.attribute_or("uname", "");
    const xml::Element entry = entry_of(node.id);
    if (!entry || !entry.attribute("in_ccm")) {
      node.unclean = true;
    } else {
      const bool in_ccm = entry.attribute_or("in_ccm", "false") == "true";
      const bool crmd = entry.attribute_or("crmd", "offline") == "online";
      const bool expected = entry.attribute_or("expected", "down") == "member";
      const bool joined = entry.attribute_or("join", "down") == "member";
      if (const xml::Element transient = entry.first_child("transient_attributes")) {
        for (const xml::Element set : transient.children("instance_attributes")) {
          for (const xml::Element pair : set.children("nvpair")) {
            node.attributes[std::string(pair.attribute_or("name", ""))] =
                pair.attribute_or("value", "");
          }
        }
      }
      node.shutdown = node.attributes.contains("shutdown");
      node.online = in_ccm && crmd && joined;
      node.unclean = !node.online && expected;
    }
    nodes_.push_back(std::move(node));
  }
}

State Planner::read_state(xml::Element entry, std::string_view resource) {
  State state;
  xml::Element at = entry ? entry.first_child("lrm") : xml::Element();
  if (at) at = at.first_child("lrm_resources");
  if (at) at = at.first_child("lrm_resource", resource);
  if (!at) return state;
  int newest = -1;
  for (const xml::Element op : at.children("lrm_rsc_op")) {
    if (op.id() == base::cat(resource, "_last_failure_0")) continue;
    const int status = base::parse_integer<int>(op.attribute_or("op-status", "0")).value_or(0);
    const int rc = base::parse_integer<int>(op.attribute_or("rc-code", "0")).value_or(0);
    int call = base::parse_integer<int>(op.attribute_or("call-id", "0")).value_or(0);
    const std::string_view task = op.attribute_or("operation", "");
    const bool recurring = op.attribute_or("interval", "0") != "0";
    if (recurring && status == 0 && rc == 0) state.monitored = true;
    if (status == -1) call = 1 << 30;
    if (call < newest) continue;
    newest = call;
    if (status == -1) {
      state.known = Known::kActive;
    } else if (task == "stop") {
      state.known = rc == 0 ? Known::kInactive : Known::kStopFailed;
    } else if (task == "start") {
      state.known = rc == 0 ? Known::kActive : Known::kFailed;
    } else if (rc == 7 && status == 0) {
      state.known = recurring ? Known::kFailed : Known::kInactive;
    } else {
      state.known = rc == 0 ? Known::kActive : Known::kFailed;
    }
  }
  return state;
}

/// A stop that failed leaves no other way than fencing.
void Planner::read_unclean_resources() {
  const xml::Element resources = cib_.first_child("configuration").first_child("resources");
  for (Node& node : nodes_) {
    for (const xml::Element resource : resources.children("primitive")) {
      if (read_state(entry_of(node.id), resource.id()).known == Known::kStopFailed) {
        node.unclean = true;
        node.online = false;
      }
    }
  }
}

void Planner::fence_nodes() {
  if (!quorate_) return;
  for (const Node& node : nodes_) {
    if (!node.unclean) continue;
    GraphAction& action = add(GraphActionKind::kFence, "stonith", node, {});
    action.attributes = model::make_attributes({{"CRM_meta_stonith_action", "reboot"}});
    action.key = texts_->keep(base::cat("stonith-", node.name, "-reboot"));
    fences_.push_back(action.id);
  }
}

void Planner::plan_resource(xml::Element resource, std::size_t place) {
  std::map<std::string, State> states;
  std::vector<std::uint32_t> probes;
  for (const Node& node : nodes_) {
    states[node.id] = read_state(entry_of(node.id), resource.id());
    if (node.online && states[node.id].known == Known::kNothing) {
      probes.push_back(add_operation(resource, "monitor", node, {}, 0, 7));
    }
  }
  place_resource(resource, place, std::move(states), probes);
}

void Planner::place_resource(xml::Element resource, std::size_t place,
                             std::map<std::string, State> states,
                             const std::vector<std::uint32_t>& probes) {
  const Node* best = nullptr;
  const Node* current = nullptr;
  const std::string fail_count = base::cat("fail-count-", resource.id(), "#start_0");
  for (std::size_t i = 0; quorate_ && i < nodes_.size(); ++i) {
    const Node& node = nodes_[(i + place) % nodes_.size()];
    if (!node.online || node.shutdown) continue;
    const auto fails = node.attributes.find(fail_count);
    if (fails != node.attributes.end() && fails->second == "INFINITY") continue;
    if (current == nullptr && states[node.id].known == Known::kActive) current = &node;
    if (best == nullptr || load_[node.id] < load_[best->id]) best = &node;
  }
  if (current != nullptr) best = current;
  std::vector<std::uint32_t> before = probes;
  before.insert(before.end(), fences_.begin(), fences_.end());
  for (const Node& node : nodes_) {
    const Known known = states[node.id].known;
    const bool stop = known == Known::kFailed || (known == Known::kActive && &node != best);
    if (!node.online || !stop) continue;
    before.push_back(add_operation(resource, "stop", node, {}));
    stops_[node.id].push_back(before.back());
  }
  if (best == nullptr) return;
  ++load_[best->id];
  const State& state = states[best->id];
  std::vector<std::uint32_t> monitor_after;
  if (state.known != Known::kActive) {
    monitor_after.push_back(add_operation(resource, "start", *best, before));
  } else if (state.monitored) {
    return;
  }
  add_operation(resource, "monitor", *best, monitor_after, 2000);
}

void Planner::shut_down_nodes() {
  for (const Node& node : nodes_) {
    if (!node.online || !node.shutdown) continue;
    GraphAction& action = add(GraphActionKind::kCluster, "do_shutdown", node, stops_[node.id]);
    action.key = texts_->keep(base::cat("do_shutdown-", node.name));
  }
}

}  // namespace

model::TransitionGraph plan_simply(xml::Element cib) {
  return Planner(cib).plan();
}

}  // namespace systole::simulation
