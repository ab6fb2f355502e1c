#include <algorithm>

#include "lib/base/natural_order.h"
#include "policy/status/build.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

void insert_sorted(Status& status, NodeId id) {
  const auto place = std::upper_bound(
      status.node_order.begin(), status.node_order.end(), id, [&](NodeId a, NodeId b) {
        return base::naturally_less(status.node(a).name, status.node(b).name);
      });
  status.node_order.insert(place, id);
}

Text kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::kCluster:
      return "cluster";
    case NodeKind::kRemote:
      return "remote";
    case NodeKind::kGuest:
    case NodeKind::kBundle:
      return "container";
  }
  return "cluster";
}

void set_builtin_attributes(Status& status, Node& node) {
  node.attributes.set("#uname", node.name);
  node.attributes.set("#id", node.id);
  node.attributes.set("#kind", kind_name(node.kind));
  node.attributes.set("#is_dc", node.is_dc ? "true" : "false");
  if (!status.options.cluster_name.empty()) {
    node.attributes.set("#cluster-name", status.options.cluster_name);
  }
}

void set_site_name(Status& status, Node& node) {
  const auto site = node.attributes.find("site-name");
  if (site) {
    node.attributes.set("#site-name", *site);
  } else if (!status.options.cluster_name.empty()) {
    node.attributes.set("#site-name", status.options.cluster_name);
  }
}

}  // namespace

std::string_view keep(Status& status, std::string_view text) {
  return status.pool->keep(text);
}

NodeId add_node(Status& status, Text name, Text id, NodeKind kind) {
  const NodeId place(static_cast<std::uint32_t>(status.nodes.size()));
  Node node;
  node.name = name;
  node.id = id;
  node.kind = kind;
  const bool dc_known = std::any_of(status.nodes.begin(), status.nodes.end(),
                                    [](const Node& other) { return other.is_dc; });
  node.is_dc =
      !dc_known && kind == NodeKind::kCluster && !id.empty() && id == status.snapshot->dc_uuid;
  node.unclean = kind == NodeKind::kCluster && status.options.startup_fencing;
  if (kind == NodeKind::kBundle) {
    node.base_score = base::Score::minus_infinity();
    node.probe_nothing = true;
  }
  set_builtin_attributes(status, node);
  status.nodes.push_back(std::move(node));
  status.tables.add_nodes(1);
  status.node_by_id.emplace(id, place);
  status.node_by_name.emplace(name, place);
  insert_sorted(status, place);
  if (kind != NodeKind::kCluster) status.has_remote_nodes = true;
  return place;
}

void read_nodes(Status& status) {
  const RuleContext context = time_context(status);
  for (const model::NodeConfig& config : status.snapshot->nodes) {
    const bool remote = config.type == "remote";
    if (!remote && !config.type.empty() && config.type != "member") break;
    const NodeId id =
        add_node(status, config.name, config.id, remote ? NodeKind::kRemote : NodeKind::kCluster);
    Node& node = status.node(id);
    node.base_score =
        model::read_score(config.score, status.options.health).value_or(base::Score());
    collect(config.attributes, context, node.attributes);
    collect(config.utilization, context, node.utilization);
    set_site_name(status, node);
  }
}

void request_fence(Status& status, NodeId id, std::string_view reason, bool delayed) {
  Node& node = status.node(id);
  if (node.is_guest()) {
    const auto container = container_of_node(status, id);
    if (!container) {
      // The container has left the configuration: its connection is all that can be stopped.
      if (!node.connection || !status.resource(*node.connection).managed) return;
      status.resource(*node.connection).failed = true;
      status.resource(*node.connection).must_stop = true;
      return;
    }
    Resource& launcher = status.resource(*container);
    if (launcher.failed || !launcher.managed) return;
    launcher.failed = true;
    launcher.must_stop = true;
    node.needs_reset = true;
    status.remarks.add(remark::FencingAsked{id, reason});
    return;
  }
  if (node.kind == NodeKind::kRemote) {
    const bool managed = !node.connection || status.resource(*node.connection).managed;
    if (managed && !node.needs_reset) status.remarks.add(remark::FencingAsked{id, reason});
    if (managed) node.needs_reset = true;
  } else if (!node.unclean) {
    status.remarks.add(remark::FencingAsked{id, reason});
  }
  node.unclean = true;
  if (node.fence_reason.empty()) {
    node.fence_reason = reason;
    node.fence_delayed = delayed;
    status.fence_order.push_back(id);
  }
}

}  // namespace systole::policy
