#include "lib/cib_model/graph_writer.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "lib/base/strings.h"

namespace systole::cib_model {

namespace {

using model::GraphAction;
using model::GraphActionHead;
using model::GraphActionKind;

std::string_view element_name(GraphActionKind kind) {
  switch (kind) {
    case GraphActionKind::kResource:
      return "rsc_op";
    case GraphActionKind::kFence:
    case GraphActionKind::kCluster:
      return "crm_event";
    case GraphActionKind::kPseudo:
      return "pseudo_event";
  }
  return "pseudo_event";
}

void set_if_given(xml::Element element, std::string_view name, std::string_view value) {
  if (!value.empty()) element.set_attribute(name, value);
}

xml::Element append_head(const GraphActionHead& head, xml::Element parent) {
  xml::Element element = parent.append(element_name(head.kind));
  if (head.cib_only) element.set_attribute("mode", "cib");
  element.set_attribute("id", static_cast<long long>(head.id));
  element.set_attribute("operation", head.operation);
  element.set_attribute("operation_key", head.key);
  set_if_given(element, "internal_operation_key", head.internal_key);
  set_if_given(element, "on_node", head.node);
  if (!head.node.empty()) element.set_attribute("on_node_uuid", head.node_uuid);
  set_if_given(element, "router_node", head.router_node);
  return element;
}

void append_resource(const model::GraphResource& resource, xml::Element parent) {
  xml::Element element = parent.append(resource.element);
  element.set_attribute("id", resource.id);
  set_if_given(element, "long-id", resource.long_id);
  element.set_attribute("class", resource.standard);
  set_if_given(element, "provider", resource.provider);
  element.set_attribute("type", resource.type);
}

void append_action(const GraphAction& action, xml::Element parent) {
  xml::Element element = append_head(action, parent);
  if (action.shutdown_lock) {
    element.set_attribute("shutdown-lock", static_cast<long long>(*action.shutdown_lock));
  }
  if (action.resource) append_resource(*action.resource, element);
  append_attributes(action, element);
  if (!action.downed.empty()) {
    xml::Element downed = element.append("downed");
    for (const std::string& uuid : action.downed) downed.append("node").set_attribute("id", uuid);
  }
  if (!action.maintenance.empty()) {
    xml::Element maintenance = element.append("maintenance");
    for (const auto& [uuid, on] : action.maintenance) {
      xml::Element node = maintenance.append("node");
      node.set_attribute("id", uuid);
      node.set_attribute("node_in_maintenance", on ? "1" : "0");
    }
  }
}

using Heads = std::unordered_map<std::uint32_t, const GraphActionHead*>;

void append_synapse(const model::Synapse& synapse, std::size_t id, const Heads& heads,
                    xml::Element root) {
  xml::Element element = root.append("synapse");
  element.set_attribute("id", static_cast<long long>(id));
  if (synapse.priority > 0) {
    element.set_attribute("priority", static_cast<long long>(synapse.priority));
  }
  append_action(synapse.action, element.append("action_set"));
  xml::Element inputs = element.append("inputs");
  for (const std::uint32_t input : synapse.inputs) {
    const auto head = heads.find(input);
    if (head != heads.end()) append_head(*head->second, inputs.append("trigger"));
  }
}

}  // namespace

void append_attributes(const GraphAction& action, xml::Element parent) {
  xml::Element element = parent.append("attributes");
  for (const auto& [name, value] : action.attributes) element.set_attribute(name, value);
  for (const auto& [name, value] : action.digit_parameters) {
    xml::Element param = element.append("param");
    param.set_attribute("name", name);
    param.set_attribute("value", value);
  }
}

xml::Document to_xml(const model::TransitionGraph& graph) {
  xml::Document document = xml::Document::create("transition_graph");
  xml::Element root = document.root();
  root.set_attribute("cluster-delay", graph.cluster_delay);
  root.set_attribute("stonith-timeout", graph.stonith_timeout);
  root.set_attribute("failed-stop-offset", graph.failed_stop_offset);
  root.set_attribute("failed-start-offset", graph.failed_start_offset);
  root.set_attribute("batch-limit", graph.batch_limit);
  root.set_attribute("transition_id", static_cast<long long>(graph.transition_id));
  set_if_given(root, "migration-limit", graph.migration_limit);
  if (graph.recheck_by) {
    root.set_attribute("recheck-by", static_cast<long long>(*graph.recheck_by));
  }
  Heads heads;
  for (const model::Synapse& synapse : graph.synapses) {
    heads.emplace(synapse.action.id, &synapse.action);
  }
  for (const GraphActionHead& head : graph.missing) heads.emplace(head.id, &head);
  for (std::size_t i = 0; i < graph.synapses.size(); ++i) {
    append_synapse(graph.synapses[i], i, heads, root);
  }
  return document;
}

}  // namespace systole::cib_model
