#include "policy/render/node_attributes.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "policy/render/node_text.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

/// Attributes that are shown elsewhere or mean nothing to people.
bool is_hidden(model::Text name) {
  constexpr std::array<std::string_view, 6> kHidden = {"#",         "fail-count", "last-failure",
                                                       "terminate", "shutdown",   "standby"};
  if (name.starts_with(kHidden[0])) return true;
  if (name.starts_with(kHidden[1]) || name.starts_with(kHidden[2])) return true;
  return std::find(kHidden.begin() + 3, kHidden.end(), name) != kHidden.end();
}

std::vector<model::NameValue> shown_attributes(const Node& node) {
  std::vector<model::NameValue> shown;
  for (const model::NameValue& attribute : node.attributes) {
    if (!is_hidden(attribute.name)) shown.push_back(attribute);
  }
  return shown;
}

/// The value that a connectivity attribute has when every host answers: hosts times multiplier of
/// the ping resource that writes it on this node. Nothing for other attributes, and where no ping
/// runs that would keep it up to date.
std::optional<int> expected_value(const Status& status, NodeId node, model::Text name) {
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const Resource& rsc = status.resources[i];
    if (!rsc.is_primitive() || (rsc.agent.type != "ping" && rsc.agent.type != "pingd")) continue;
    if (!is_active_on(rsc, node)) continue;
    const AttributeTable parameters =
        parameters_on(status, RscId(static_cast<std::uint32_t>(i)), std::nullopt);
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

std::string connectivity_text(const Status& status, NodeId node,
                              const model::NameValue& attribute) {
  const std::optional<int> expected = expected_value(status, node, attribute.name);
  if (!expected) return {};
  const std::int64_t value = model::leading_integer(attribute.value).value_or(0);
  if (value <= 0) return "\t: Connectivity is lost";
  if (value < *expected)
    return base::cat("\t: Connectivity is degraded (Expected=", *expected, ")");
  return {};
}

std::vector<cli::Span> connectivity_spans(const model::NameValue& attribute, int expected) {
  std::vector<cli::Span> spans = {{.text = base::cat(attribute.name, ": ", attribute.value)}};
  const std::int64_t value = model::leading_integer(attribute.value).value_or(0);
  if (value <= 0) {
    spans.push_back({.text = "(connectivity is lost)", .css_class = "bold"});
  } else if (value < expected) {
    spans.push_back({.text = base::cat("(connectivity is degraded -- expected ", expected),
                     .css_class = "bold"});
  }
  return spans;
}

/// The nodes that have something to show.
std::vector<NodeId> nodes_to_show(const Status& status, const ListOptions& options) {
  std::vector<NodeId> nodes;
  for (const NodeId id : status.node_order) {
    const Node& node = status.node(id);
    if (node.online && options.shows(id) && !shown_attributes(node).empty()) nodes.push_back(id);
  }
  return nodes;
}

}  // namespace

bool has_node_attributes(const Status& status, const ListOptions& options) {
  return !nodes_to_show(status, options).empty();
}

void print_node_attributes(const Status& status, const ListOptions& options, cli::Output& output) {
  for (const NodeId id : nodes_to_show(status, options)) {
    output.begin_list(node_heading(status, id, options.detail, output));
    for (const model::NameValue& attribute : shown_attributes(status.node(id))) {
      if (output.is_text()) {
        output.item(base::cat(padded(attribute.name, 32), "\t: ", padded(attribute.value, 10),
                              connectivity_text(status, id, attribute)));
      } else if (const auto expected = expected_value(status, id, attribute.name)) {
        output.item(connectivity_spans(attribute, *expected));
      } else {
        output.item(base::cat(attribute.name, ": ", attribute.value));
      }
    }
    output.end_list();
  }
}

void add_node_attributes_xml(const Status& status, const ListOptions& options,
                             cli::Element& parent) {
  const std::vector<NodeId> nodes = nodes_to_show(status, options);
  if (nodes.empty()) return;
  cli::Element& list = parent.add("node_attributes");
  for (const NodeId id : nodes) {
    const Node& node = status.node(id);
    cli::Element& element = list.add("node").set("name", node.name);
    for (const model::NameValue& attribute : shown_attributes(node)) {
      cli::Element& child = element.add("attribute");
      child.set("name", attribute.name).set("value", attribute.value);
      if (const auto expected = expected_value(status, id, attribute.name)) {
        child.set("expected", std::to_string(*expected));
      }
    }
  }
}

}  // namespace systole::policy::render
