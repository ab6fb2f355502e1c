#include "tests/properties/test_cluster.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/write.h"
#include "policy/tool/transition.h"
#include "tests/properties/cluster_generator.h"

namespace systole::properties {

namespace {

using base::cat;

bool is_connection(const model::GraphAction& action) {
  return action.resource && action.resource->provider == "pacemaker" &&
         action.resource->type == "remote";
}

/// When the last of the results was recorded that a status holds.
std::int64_t newest_result(xml::Element element) {
  const std::string_view text = element.attribute_or("last-rc-change", "0");
  std::int64_t out = base::parse_integer<std::int64_t>(text).value_or(0);
  for (const xml::Element child : element.children()) out = std::max(out, newest_result(child));
  return out;
}

}  // namespace

TestCluster::TestCluster(const std::string& cib, std::int64_t now)
    : copy_(xml::Document::parse(cib).value()) {
  now_ = std::max(now, newest_result(root().first_child("status")));
  copy_.set_now(now_);
}

Planned TestCluster::plan() const {
  Planned out;
  out.snapshot =
      std::make_unique<model::Snapshot>(cib_model::read_snapshot(root(), {.now = now_}).value());
  out.plan = policy::plan(*out.snapshot);
  return out;
}

std::string TestCluster::text() const {
  return xml::to_string(root(), {.layout = xml::Layout::kIndented});
}

xml::Element TestCluster::state_of(std::string_view node) const {
  const xml::Element status = root().first_child("status");
  if (!status) return {};
  for (const xml::Element state : status.children("node_state")) {
    if (state.id() == node || state.attribute_or("uname", {}) == node) return state;
  }
  return {};
}

xml::Element TestCluster::state_or_new(std::string_view node) {
  xml::Element state = state_of(node);
  if (state) return state;
  state = root().first_child("status").append("node_state");
  state.set_attribute("id", node);
  state.set_attribute("uname", node);
  // Cluster nodes have had a state since they joined.
  state.set_attribute("remote_node", "true");
  return state;
}

void TestCluster::set_attribute(std::string_view node, std::string_view name,
                                std::string_view value) {
  xml::Element state = state_or_new(node);
  xml::Element transient = state.first_child("transient_attributes");
  if (!transient) {
    transient = state.append("transient_attributes");
    transient.set_attribute("id", state.id());
  }
  xml::Element set = transient.first_child("instance_attributes");
  if (!set) {
    set = transient.append("instance_attributes");
    set.set_attribute("id", cat("status-", state.id()));
  }
  for (xml::Element pair : set.children("nvpair")) {
    if (pair.attribute_or("name", {}) == name) return pair.set_attribute("value", value);
  }
  xml::Element pair = set.append("nvpair");
  std::string id = cat(set.id(), "-", name);
  for (char& c : id) {
    if (c == '#' || c == ':') c = '.';
  }
  pair.set_attribute("id", id);
  pair.set_attribute("name", name);
  pair.set_attribute("value", value);
}

bool TestCluster::carry_out(const policy::Plan& plan) {
  const policy::Status& status = *plan.status;
  stopped_.clear();
  copy_.set_now(++now_);  // results of different nodes are told apart by the time
  const auto end = policy::tool::execute(plan.graph, [&](const model::GraphAction& action) {
    follow(action);
    perform(status, action);
    return true;
  });
  return end == policy::tool::TransitionEnd::kComplete;
}

void TestCluster::follow(const model::GraphAction& action) {
  if (!action.resource) return;
  const std::pair<std::string, std::string> place(action.resource->id, action.node);
  if (action.operation == "stop") stopped_.insert(place);
  if (action.operation == "start" || action.operation == "migrate_from") stopped_.erase(place);
}

bool TestCluster::finds_nothing(const model::GraphAction& action) const {
  return action.operation == "monitor" && attribute_of(action, "CRM_meta_op_target_rc") != "7" &&
         stopped_.contains({std::string(action.resource->id), std::string(action.node)});
}

void TestCluster::perform(const policy::Status& status, const model::GraphAction& action) {
  switch (action.kind) {
    case model::GraphActionKind::kPseudo:
      // A guest is as good as fenced once its machine is down.
      if (action.operation == "stonith") fence(status, action);
      return;
    case model::GraphActionKind::kFence:
      return fence(status, action);
    case model::GraphActionKind::kCluster:
      if (action.operation == "do_shutdown") take_down(action.node_uuid);
      if (action.operation == "clear_failcount") clear_failures(action);
      if (action.operation == "lrm_delete") delete_history(action);
      return;
    case model::GraphActionKind::kResource:
      break;
  }
  if (action.operation == "delete") return delete_history(action);
  if (action.operation == "cancel") return cancel(action);
  if (action.operation == "meta-data") return;
  if (is_connection(action) && action.operation == "start") {
    // A node that connects anew starts with a clean record.
    take_down(action.resource->id);
    if (xml::Element state = state_of(action.resource->id)) {
      for (const std::string_view name : {"in_ccm", "crmd", "join", "expected", "node_fenced"}) {
        state.remove_attribute(name);
      }
    }
  }
  int rc = 0;
  const std::string expected(attribute_of(action, "CRM_meta_op_target_rc"));
  if (!expected.empty()) rc = std::stoi(expected);
  if (finds_nothing(action)) return;
  copy_.record(action, {action.resource->id, action.resource->id, rc});
}

void TestCluster::fence(const policy::Status& status, const model::GraphAction& action) {
  if (attribute_of(action, "CRM_meta_stonith_action") == "on") {
    return set_attribute(action.node, "#node-unfenced", cat(now_));
  }
  const auto node = status.node_by_name.find(action.node);
  const bool remote =
      node != status.node_by_name.end() && status.node(node->second).is_remote_kind();
  if (!remote && !state_of(action.node_uuid)) {
    xml::Element state = root().first_child("status").append("node_state");
    state.set_attribute("id", action.node_uuid);
    state.set_attribute("uname", action.node);
  }
  take_down(action.node_uuid);
  for (const model::Text uuid : action.downed) take_down(uuid);
  if (remote) state_or_new(action.node).set_attribute("node_fenced", "1");
}

void TestCluster::take_down(std::string_view uuid) {
  xml::Element state = state_of(uuid);
  if (!state) return;
  const bool remote = state.attribute("remote_node").has_value();
  if (!remote) {
    state.set_attribute("in_ccm", "false");
    state.set_attribute("crmd", "offline");
    state.set_attribute("join", "down");
    state.set_attribute("expected", "down");
  }
  for (const std::string_view name : {"lrm", "transient_attributes"}) {
    if (xml::Element child = state.first_child(name)) child.remove();
  }
}

void TestCluster::clear_failures(const model::GraphAction& action) {
  const xml::Element state = state_of(action.node);
  if (!state || !action.resource) return;
  const model::Text id = action.resource->id;
  if (const xml::Element transient = state.first_child("transient_attributes")) {
    for (const xml::Element set : transient.children("instance_attributes")) {
      std::vector<xml::Element> old;
      for (const xml::Element pair : set.children("nvpair")) {
        const std::string name(pair.attribute_or("name", {}));
        if (name.starts_with(cat("fail-count-", id, "#")) ||
            name.starts_with(cat("last-failure-", id, "#"))) {
          old.push_back(pair);
        }
      }
      for (xml::Element pair : old) pair.remove();
    }
  }
  const xml::Element lrm = state.first_child("lrm");
  const xml::Element resources = lrm ? lrm.first_child("lrm_resources") : xml::Element();
  if (!resources) return;
  for (const xml::Element entry : resources.children("lrm_resource")) {
    if (entry.id() != id) continue;
    xml::Element failure = entry.first_child("lrm_rsc_op", cat(id, "_last_failure_0"));
    if (failure) failure.remove();
  }
}

xml::Element TestCluster::history_of(const model::GraphAction& action) const {
  const xml::Element state = state_of(action.node);
  const xml::Element lrm = state ? state.first_child("lrm") : xml::Element();
  const xml::Element resources = lrm ? lrm.first_child("lrm_resources") : xml::Element();
  if (!resources || !action.resource) return {};
  for (const model::Text id : {action.resource->id, action.resource->long_id}) {
    if (id.empty()) continue;
    if (const xml::Element entry = resources.first_child("lrm_resource", id)) return entry;
  }
  return {};
}

/// A recurring operation that ended is not recorded any more.
void TestCluster::cancel(const model::GraphAction& action) {
  const xml::Element entry = history_of(action);
  if (!entry) return;
  std::vector<xml::Element> ended;
  for (const xml::Element op : entry.children("lrm_rsc_op")) {
    if (op.attribute_or("operation", {}) == attribute_of(action, "CRM_meta_operation") &&
        op.attribute_or("interval", {}) == attribute_of(action, "CRM_meta_interval")) {
      ended.push_back(op);
    }
  }
  for (xml::Element op : ended) op.remove();
}

void TestCluster::delete_history(const model::GraphAction& action) {
  if (xml::Element entry = history_of(action)) entry.remove();
}

}  // namespace systole::properties
