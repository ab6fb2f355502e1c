#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "policy/render/brief.h"
#include "policy/render/html_class.h"
#include "policy/render/node_text.h"
#include "policy/render/resource_line.h"
#include "policy/render/resource_text.h"
#include "policy/status/queries.h"

namespace systole::crmd::monitor {
namespace {

using policy::NodeId;
using policy::Resource;
using policy::RscId;
using policy::Status;

std::vector<RscId> active_on(const View& view, NodeId node) {
  std::vector<RscId> shown;
  for (const RscId id : view.status->node(node).active) {
    if (view.list.shows_kind(view.status->resource(id))) shown.push_back(id);
  }
  return shown;
}

void print_node_resources(const View& view, NodeId node, cli::Output& output) {
  const std::vector<RscId> active = active_on(view, node);
  output.begin_list("Resources");
  output.show_heading();
  if (view.list.brief) {
    print_counts(*view.status, active, policy::render::BriefStyle::kOfOneNode, output);
  } else {
    for (const RscId id : active) {
      output.item({{.text = policy::render::resource_line_on_node(*view.status, id, view.list),
                    .css_class = policy::render::resource_class(view.status->resource(id))}});
    }
  }
  output.end_list();
}

std::vector<cli::Span> node_status_spans(const View& view, NodeId node) {
  std::vector<cli::Span> spans = {{.text = "Status:"}};
  for (cli::Span& span : policy::render::node_state_spans(*view.status, node)) {
    spans.push_back(std::move(span));
  }
  return spans;
}

void print_nodes_with_resources(const View& view, cli::Output& output) {
  for (const NodeId id : view.status->node_order) {
    if (!view.list.shows(id)) continue;
    const bool idle = active_on(view, id).empty();
    if (output.is_text()) {
      if (view.list.brief && idle) continue;
      output.begin_list(policy::render::node_line(*view.status, id, view.list.detail));
    } else {
      output.begin_list(policy::render::node_name(*view.status, id, view.list.detail) + ":");
      output.begin_html_item(node_status_spans(view, id));
    }
    if (!idle || output.is_text()) print_node_resources(view, id, output);
    output.end_html_item();
    output.end_list();
  }
}

/// With the active ones listed by node, only what is not active as a whole is left.
bool print_inactive(const View& view, cli::Output& output) {
  const Status& status = *view.status;
  // What runs on other nodes is left as well, and nothing is counted.
  policy::render::ListOptions everywhere = view.list;
  everywhere.nodes.clear();
  everywhere.brief = false;
  bool printed = false;
  for (const RscId id : status.top_level) {
    if (policy::is_active(status, id, true) || !policy::render::is_shown(status, id, everywhere)) {
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
  const auto print =
      view.list.brief ? policy::render::print_brief_list : policy::render::print_resource_list;
  if (!print(*view.status, view.list, output)) {
    output.item(view.list.inactive ? "No resources" : "No active resources");
  }
  page.end();
}

}  // namespace systole::crmd::monitor
