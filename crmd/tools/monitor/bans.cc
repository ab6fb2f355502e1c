#include <algorithm>

#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "policy/placement/locations.h"

namespace systole::crmd::monitor {
namespace {

struct Ban {
  model::Text id;
  model::Text resource;
  model::Text node;
  int score = 0;
  bool promoted_only = false;
};

/// Location constraints that keep a resource from a node, by name or by a rule that holds now. As
/// users of the list are used to, the latest constraint and the last node come first; of a rule of
/// which one condition suffices the first node does.
std::vector<Ban> find_bans(const View& view) {
  const policy::Status& status = *view.status;
  const std::vector<policy::NodeId>& nodes = status.node_order;
  const std::vector<policy::NodeId> reversed(nodes.rbegin(), nodes.rend());
  std::vector<Ban> bans;
  const std::vector<policy::Location> locations = policy::location_constraints(status);
  for (auto location = locations.rbegin(); location != locations.rend(); ++location) {
    const model::Text id = location->why.rule.empty() ? location->why.detail : location->why.rule;
    if (!id.starts_with(view.bans_prefix) || !view.list.names(location->resource)) continue;
    for (const policy::NodeId node : location->any ? nodes : reversed) {
      const auto found =
          std::find_if(location->scores.begin(), location->scores.end(),
                       [node](const auto& candidate) { return candidate.first == node; });
      if (found == location->scores.end() || found->second.value() >= 0) continue;
      const base::Score score = found->second;
      bans.push_back({id, status.resource(location->resource).id, status.node(node).name,
                      score.value(), location->role == policy::Role::kPromoted});
    }
  }
  return bans;
}

}  // namespace

void print_bans(const View& view, Page& page) {
  const std::vector<Ban> bans = find_bans(view);
  if (bans.empty()) return;
  page.begin("Negative Location Constraints");
  for (const Ban& ban : bans) {
    page.output().item(base::cat(ban.id, "\tprevents ", ban.resource, " from running ",
                                 ban.promoted_only ? "in Promoted role " : "", "on ", ban.node));
  }
  page.end();
}

void add_bans_xml(const View& view, cli::Element& root) {
  const std::vector<Ban> bans = find_bans(view);
  if (bans.empty()) return;
  cli::Element& list = root.add("bans");
  for (const Ban& ban : bans) {
    list.add("ban")
        .set("id", ban.id)
        .set("resource", ban.resource)
        .set("node", ban.node)
        .set("weight", std::to_string(ban.score))
        .set("promoted-only", ban.promoted_only)
        .set("master_only", ban.promoted_only);
  }
}

}  // namespace systole::crmd::monitor
