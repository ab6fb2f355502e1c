#include "crmd/tools/monitor/page.h"

#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "policy/render/node_xml.h"
#include "policy/render/resource_text.h"
#include "policy/render/resource_xml.h"
#include "policy/status/queries.h"

namespace systole::crmd::monitor {

void print_page(const View& view, cli::Output& output) {
  Page page(output);
  print_supervisor(view, output);
  print_summary(view, page);
  if (view.sections.has(Section::kNodes)) print_nodes(view, page);
  if (view.sections.has(Section::kResources)) print_resources(view, page);
  if (view.sections.has(Section::kAttributes)) print_attributes(view, page);
  print_history(view, page);
  if (view.sections.has(Section::kFailures)) print_failures(view, page);
  print_fencing(view, page);
  if (view.sections.has(Section::kTickets)) print_tickets(view, page);
  if (view.sections.has(Section::kBans)) print_bans(view, page);
}

void add_page_xml(const View& view, cli::Element& root) {
  add_summary_xml(view, root);
  const policy::Status& status = *view.status;
  policy::render::ListOptions everything = view.list;
  everything.inactive = true;
  if (view.sections.has(Section::kNodes)) {
    policy::render::add_nodes_xml(status, everything, view.by_node, root.add("nodes"));
  }
  if (view.sections.has(Section::kResources)) {
    cli::Element resources("resources");
    for (const policy::RscId id : status.top_level) {
      // With the active ones listed by node, only what is not active as a whole is left.
      if (view.by_node && policy::is_active(status, id, true)) continue;
      // Programs are told of the connections of guests, too.
      const bool connection = status.resource(id).internal && everything.shows(id) &&
                              !policy::render::is_elsewhere(status, id, everything);
      if (connection || policy::render::is_shown(status, id, everything)) {
        policy::render::add_resource_xml(status, id, everything, resources);
      }
    }
    if (!resources.children().empty()) root.add(std::move(resources));
  }
  if (view.sections.has(Section::kAttributes)) add_attributes_xml(view, root);
  add_history_xml(view, root);
  if (view.sections.has(Section::kFailures)) add_failures_xml(view, root);
  add_fencing_xml(view, root);
  if (view.sections.has(Section::kTickets)) add_tickets_xml(view, root);
  if (view.sections.has(Section::kBans)) add_bans_xml(view, root);
}

SimpleStatus simple_status(const View& view) {
  const policy::Status& status = *view.status;
  int online = 0;
  int standby = 0;
  int maintenance = 0;
  std::vector<std::string> problems;
  bool has_dc = false;
  for (const policy::NodeId id : status.node_order) {
    const policy::Node& node = status.node(id);
    has_dc |= node.is_dc;
    if (node.standby && node.online) {
      ++standby;
    } else if (node.maintenance && node.online) {
      ++maintenance;
    } else if (node.online) {
      ++online;
    } else {
      problems.push_back(base::cat("offline node: ", node.name));
    }
  }
  if (!has_dc) problems.insert(problems.begin(), "No DC");
  if (!problems.empty()) return {base::cat("CLUSTER WARN: ", base::join(problems, ", ")), 1};
  const auto nodes = [](int count, std::string_view kind) {
    return base::cat(count, " ", kind, " node", count == 1 ? "" : "s");
  };
  std::string text = base::cat("CLUSTER OK: ", online, " node", online == 1 ? "" : "s", " online");
  if (standby > 0) text += base::cat(", ", nodes(standby, "standby"));
  if (maintenance > 0) text += base::cat(", ", nodes(maintenance, "maintenance"));
  const int resources = view.counts.configured;
  return {base::cat(text, ", ", resources, " resource instance", resources == 1 ? "" : "s",
                    " configured"),
          0};
}

}  // namespace systole::crmd::monitor
