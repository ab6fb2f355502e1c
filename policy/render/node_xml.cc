#include "policy/render/node_xml.h"

#include "lib/base/strings.h"
#include "policy/render/health.h"
#include "policy/render/node_text.h"
#include "policy/render/resource_text.h"
#include "policy/render/resource_xml.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

bool expected_up(const Status& status, NodeId node) {
  const model::NodeState* state = status.node(node).state;
  return state != nullptr && state->expected == "member" && !status.node(node).shutdown;
}

std::string_view type_of(const Node& node) {
  return node.is_remote_kind() ? "remote" : "member";
}

}  // namespace

void add_nodes_xml(const Status& status, const ListOptions& options, bool resources,
                   cli::Element& parent) {
  for (const NodeId id : status.node_order) {
    if (!options.shows(id)) continue;
    const Node& node = status.node(id);
    cli::Element& element = parent.add("node");
    element.set("name", node.name);
    element.set("id", node.id);
    element.set("online", node.online);
    element.set("standby", node.standby);
    element.set("standby_onfail", node.standby_on_fail);
    element.set("maintenance", node.maintenance);
    element.set("pending", node.pending);
    element.set("unclean", node.unclean);
    element.set("health", to_string(health_of(status, id)));
    const std::string feature_set = node_feature_set(status, id);
    if (!feature_set.empty()) element.set("feature_set", feature_set);
    element.set("shutdown", node.shutdown);
    element.set("expected_up", expected_up(status, id));
    element.set("is_dc", node.is_dc);
    const std::vector<RscId>& active = node.active;
    element.set("resources_running", std::to_string(active.size()));
    element.set("type", type_of(node));
    if (node.is_guest()) {
      if (const auto container = container_of_node(status, id)) {
        element.set("id_as_resource", status.resource(*container).id);
      }
    }
    if (!resources) continue;
    for (const RscId rsc : active) {
      add_resource_xml(status, rsc, options, element);
    }
  }
}

}  // namespace systole::policy::render
