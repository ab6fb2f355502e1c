#include <algorithm>
#include <array>
#include <set>

#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "policy/render/node_text.h"
#include "policy/status/queries.h"

namespace systole::crmd::monitor {
namespace {

using policy::NodeId;

/// Attributes that are shown elsewhere or mean nothing to people.
bool is_hidden(model::Text name) {
  constexpr std::array<std::string_view, 7> kHidden = {
      "#", "fail-count", "last-failure", "terminate", "shutdown", "standby", "maintenance"};
  if (name.starts_with(kHidden[0])) return true;
  if (name.starts_with(kHidden[1]) || name.starts_with(kHidden[2])) return true;
  return std::find(kHidden.begin() + 3, kHidden.end(), name) != kHidden.end();
}

std::vector<model::NameValue> shown_attributes(const policy::Node& node) {
  std::vector<model::NameValue> shown;
  for (const model::NameValue& attribute : node.attributes) {
    if (!is_hidden(attribute.name)) shown.push_back(attribute);
  }
  return shown;
}

/// The value that a connectivity attribute has when every host answers: hosts times multiplier of
/// the ping resource that writes it. Nothing for other attributes.
std::optional<int> expected_value(const policy::Status& status, model::Text name) {
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const policy::Resource& rsc = status.resources[i];
    if (!rsc.is_primitive() || (rsc.agent.type != "ping" && rsc.agent.type != "pingd")) continue;
    const policy::AttributeTable parameters =
        policy::parameters_on(status, policy::RscId(static_cast<std::uint32_t>(i)), std::nullopt);
    if (parameters.value_or("name", "pingd") != name) continue;
    const std::size_t hosts = base::split(parameters.value_or("host_list", ""), " \t").size();
    const auto multiplier = model::leading_integer(parameters.value_or("multiplier", "1"));
    return static_cast<int>(hosts * static_cast<std::size_t>(multiplier.value_or(1)));
  }
  return std::nullopt;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.resize(width, ' ');
  return out;
}

std::string connectivity_text(const policy::Status& status, const model::NameValue& attribute) {
  const std::optional<int> expected = expected_value(status, attribute.name);
  if (!expected) return {};
  const std::int64_t value = model::leading_integer(attribute.value).value_or(0);
  if (value <= 0) return "\t: Connectivity is lost";
  if (value < *expected)
    return base::cat("\t: Connectivity is degraded (Expected=", *expected, ")");
  return {};
}

std::vector<NodeId> nodes_to_show(const View& view) {
  std::vector<NodeId> nodes;
  for (const NodeId id : view.status->node_order) {
    if (view.status->node(id).online && view.list.shows(id)) nodes.push_back(id);
  }
  return nodes;
}

}  // namespace

void print_attributes(const View& view, Page& page) {
  cli::Output& output = page.output();
  bool opened = false;
  for (const NodeId id : nodes_to_show(view)) {
    const std::vector<model::NameValue> attributes = shown_attributes(view.status->node(id));
    if (attributes.empty()) continue;
    if (!opened) page.begin("Node Attributes");
    opened = true;
    output.begin_list(
        base::cat("Node: ", policy::render::node_name(*view.status, id, view.list.detail)));
    for (const model::NameValue& attribute : attributes) {
      output.item(base::cat(padded(attribute.name, 32), "\t: ", padded(attribute.value, 10),
                            connectivity_text(*view.status, attribute)));
    }
    output.end_list();
  }
  if (opened) page.end();
}

void add_attributes_xml(const View& view, cli::Element& root) {
  cli::Element list("node_attributes");
  for (const NodeId id : nodes_to_show(view)) {
    const policy::Node& node = view.status->node(id);
    const std::vector<model::NameValue> attributes = shown_attributes(node);
    if (attributes.empty()) continue;
    cli::Element& element = list.add("node").set("name", node.name);
    for (const model::NameValue& attribute : attributes) {
      cli::Element& child = element.add("attribute");
      child.set("name", attribute.name).set("value", attribute.value);
      if (const auto expected = expected_value(*view.status, attribute.name)) {
        child.set("expected", std::to_string(*expected));
      }
    }
  }
  if (!list.children().empty()) root.add(std::move(list));
}

}  // namespace systole::crmd::monitor
