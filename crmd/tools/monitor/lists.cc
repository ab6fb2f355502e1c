#include <map>

#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "policy/render/html_class.h"
#include "policy/render/node_text.h"
#include "policy/render/resource_line.h"
#include "policy/render/resource_text.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::crmd::monitor {
namespace {

using policy::NodeId;
using policy::Resource;
using policy::RscId;
using policy::Status;

std::vector<RscId> active_on(const View& view, NodeId node) {
  std::vector<RscId> shown;
  for (const RscId id : policy::render::active_primitives_on(*view.status, node)) {
    // A guest's connection, which nobody configured, is told by its node's line.
    if (view.list.shows(id) && !view.status->resource(id).internal) shown.push_back(id);
  }
  return shown;
}

/// Primitives counted by agent.
std::map<std::string, int> count_agents(const Status& status, const std::vector<RscId>& resources) {
  std::map<std::string, int> counts;
  for (const RscId id : resources) ++counts[policy::render::agent_text(status.resource(id).agent)];
  return counts;
}

void print_node_resources(const View& view, NodeId node, cli::Output& output) {
  const std::vector<RscId> active = active_on(view, node);
  output.begin_list("Resources");
  output.show_heading();
  if (view.brief) {
    for (const auto& [agent, count] : count_agents(*view.status, active)) {
      output.item(base::cat(count, "\t(", agent, "):\tActive "));
    }
  } else {
    for (const RscId id : active) {
      output.item({{.text = policy::render::resource_line_on_node(*view.status, id, view.list),
                    .css_class = policy::render::resource_class(view.status->resource(id))}});
    }
  }
  output.end_list();
}

void print_nodes_with_resources(const View& view, cli::Output& output) {
  for (const NodeId id : view.status->node_order) {
    if (!view.list.shows(id)) continue;
    if (view.brief && active_on(view, id).empty()) continue;
    if (!output.is_text()) {
      output.begin_list(policy::render::node_name(*view.status, id, view.list.detail) + ":");
      output.item(policy::render::node_state_spans(*view.status, id));
    } else {
      output.begin_list(policy::render::node_line(*view.status, id, view.list.detail));
    }
    print_node_resources(view, id, output);
    output.end_list();
  }
}

/// Primitives by agent and node: "active/all (agent): Active node".
void print_counts(const View& view, const std::vector<RscId>& primitives, bool with_all,
                  cli::Output& output) {
  const Status& status = *view.status;
  std::map<std::string, std::map<std::string, int>> active;
  std::map<std::string, int> all;
  for (const RscId id : primitives) {
    const Resource& rsc = status.resource(id);
    const std::string agent = policy::render::agent_text(rsc.agent);
    ++all[agent];
    for (const NodeId node : rsc.active_on) ++active[agent][std::string(status.node(node).name)];
  }
  for (const auto& [agent, count] : all) {
    for (const auto& [node, running] : active[agent]) {
      output.item(base::cat(running, with_all ? base::cat("/", count) : "", "\t(", agent,
                            "):\tActive ", node));
    }
    if (with_all && active[agent].empty()) {
      output.item(base::cat("0/", count, "\t(", agent, "):\tActive"));
    }
  }
}

/// Primitives are counted, each group's by themselves; clones and bundles are listed.
void print_brief(const View& view, cli::Output& output) {
  const Status& status = *view.status;
  std::vector<RscId> primitives;
  for (const RscId id : status.top_level) {
    if (status.resource(id).is_primitive() && view.list.shows(id)) primitives.push_back(id);
  }
  print_counts(view, primitives, view.list.inactive, output);
  for (const RscId id : status.top_level) {
    const Resource& rsc = status.resource(id);
    if (rsc.is_primitive() || !policy::render::is_shown(status, id, view.list)) continue;
    if (rsc.is_group()) {
      policy::render::begin_group(status, id, view.list, output);
      print_counts(view, {rsc.children.begin(), rsc.children.end()}, true, output);
      output.end_list();
    } else {
      policy::render::print_resource(status, id, view.list, output);
    }
  }
}

/// With the active ones listed by node, only what is not active as a whole is left.
bool print_inactive(const View& view, cli::Output& output) {
  const Status& status = *view.status;
  bool printed = false;
  for (const RscId id : status.top_level) {
    if (policy::is_active(status, id, true) || !policy::render::is_shown(status, id, view.list)) {
      continue;
    }
    policy::render::print_resource(status, id, view.list, output);
    printed = true;
  }
  return printed;
}

}  // namespace

void print_nodes(const View& view, Page& page) {
  if (view.status->nodes.empty()) return;
  page.begin("Node List");
  if (view.by_node) {
    print_nodes_with_resources(view, page.output());
  } else {
    policy::render::print_node_list(*view.status, view.list, page.output());
  }
  page.end();
}

void print_resources(const View& view, Page& page) {
  cli::Output& output = page.output();
  if (view.by_node) {
    if (!view.list.inactive) return;
    page.begin("Inactive Resources");
    if (!print_inactive(view, output)) output.item("No inactive resources");
    page.end();
    return;
  }
  page.begin(view.list.inactive ? "Full List of Resources" : "Active Resources");
  if (view.brief) {
    print_brief(view, output);
  } else if (!policy::render::print_resource_list(*view.status, view.list, output)) {
    output.item(view.list.inactive ? "No resources" : "No active resources");
  }
  page.end();
}

}  // namespace systole::crmd::monitor
