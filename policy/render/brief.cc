#include "policy/render/brief.h"

#include <map>

#include "lib/base/strings.h"
#include "policy/render/resource_text.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

struct AgentCounts {
  int all = 0;
  std::map<std::string, int> active;  ///< by the node's name
};

std::map<std::string, AgentCounts> count_by_agent(const Status& status,
                                                  const std::vector<RscId>& primitives) {
  std::map<std::string, AgentCounts> counts;
  for (const RscId id : primitives) {
    const Resource& rsc = status.resource(id);
    AgentCounts& agent = counts[agent_text(rsc.agent)];
    ++agent.all;
    for (const NodeId node : rsc.active_on) {
      if (is_running_on(status, rsc, node)) ++agent.active[std::string(status.node(node).name)];
    }
  }
  return counts;
}

std::string count_line(const std::string& agent, const AgentCounts& counts, int active,
                       BriefStyle style) {
  const std::string all = style == BriefStyle::kOfAll ? base::cat("/", counts.all) : std::string();
  return base::cat(active, all, "\t(", agent, "):\tActive");
}

}  // namespace

bool print_counts(const Status& status, const std::vector<RscId>& primitives, BriefStyle style,
                  cli::Output& output) {
  bool printed = false;
  for (const auto& [agent, counts] : count_by_agent(status, primitives)) {
    for (const auto& [node, active] : counts.active) {
      output.item(base::cat(count_line(agent, counts, active, style), " ",
                            style == BriefStyle::kOfOneNode ? std::string() : node));
      printed = true;
    }
    if (counts.active.empty() && style == BriefStyle::kOfAll) {
      output.item(count_line(agent, counts, 0, style));
      printed = true;
    }
  }
  return printed;
}

void print_group_counts(const Status& status, RscId group, const ListOptions& options,
                        cli::Output& output) {
  std::vector<RscId> members;
  for (const RscId member : status.resource(group).children) {
    if (options.shows(member)) members.push_back(member);
  }
  print_counts(status, members, BriefStyle::kOfAll, output);
}

bool print_brief_list(const Status& status, const ListOptions& options, cli::Output& output) {
  std::vector<RscId> primitives;
  for (const RscId id : status.top_level) {
    // What is not configured any more counts, too, where everything does.
    const bool counted = options.inactive ? options.shows(id) : is_shown(status, id, options);
    if (status.resource(id).is_primitive() && counted) primitives.push_back(id);
  }
  bool printed = print_counts(status, primitives,
                              options.inactive ? BriefStyle::kOfAll : BriefStyle::kActive, output);
  for (const RscId id : status.top_level) {
    if (status.resource(id).is_primitive() || !is_shown(status, id, options)) continue;
    print_resource(status, id, options, output);
    printed = true;
  }
  return printed;
}

}  // namespace systole::policy::render
