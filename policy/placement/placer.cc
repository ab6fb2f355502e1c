#include "policy/placement/placer.h"

#include <algorithm>

#include "policy/status/queries.h"

namespace systole::policy {

namespace {

PlacedResource placed_resource(const Status& status, RscId id) {
  const Resource& from = status.resource(id);
  PlacedResource out;
  out.role = from.role;
  out.next_role = from.next_role;
  out.managed = from.managed;
  out.blocked = from.blocked;
  out.maintenance = from.maintenance;
  out.exclusive_discovery = from.exclusive_discovery;
  out.lock_node = from.lock_node;
  out.lock_time = from.lock_time;
  out.priority = from.priority;
  out.children = from.children;
  out.current = current_node(status, id).node;
  return out;
}

PlacedNode placed_node(const Node& node) {
  PlacedNode out;
  out.online = node.online;
  out.unclean = node.unclean;
  out.unseen = node.unseen;
  out.shutdown = node.shutdown;
  out.standby = node.standby;
  out.maintenance = node.maintenance;
  for (const model::NameValue& entry : node.utilization) {
    const auto value = model::leading_integer(entry.value).value_or(0);
    out.capacity.emplace_back(entry.name, static_cast<int>(value));
  }
  return out;
}

}  // namespace

Placer::Placer(const Status& status) : status_(status), presence_(status) {
  const std::size_t count = status.resources.size();
  out_.tables = status.tables;
  out_.ledger = status.ledger;
  out_.remarks = Remarks(status.remarks.asked());
  out_.order = status.top_level;
  out_.this_with.resize(count);
  out_.with_this.resize(count);
  locations_of_.resize(count);
  assigning_.resize(count);
  merging_.resize(count);
  ticket_denied_.resize(count);
  out_.resources.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    out_.resources.push_back(placed_resource(status, RscId(static_cast<std::uint32_t>(i))));
  }
  for (const Node& node : status.nodes) out_.nodes.push_back(placed_node(node));
}

Placement Placer::run() && {
  add_health_locations();
  read_locations();
  read_colocations();
  apply_tickets();
  apply_shutdown_locks();
  apply_locations();
  apply_stickiness();
  apply_failure_bans();
  apply_exclusive_discovery();
  add_implied_constraints();
  assign_all();
  return std::move(out_);
}

void Placer::assign_all() {
  if (uses_capacity()) sort_by_preference();
  report_capacity(UtilizationLine::Kind::kOriginal);
  const std::vector<RscId> order = out_.order;
  const auto goes_first = [&](RscId id) {
    return status_.has_remote_nodes && status_.resource(id).is_remote_connection;
  };
  for (const RscId id : order) {
    if (goes_first(id)) assign(id, status_.resource(id).partial_target);
  }
  for (const RscId id : order) {
    if (!goes_first(id)) assign(id, std::nullopt);
  }
  report_capacity(UtilizationLine::Kind::kRemaining);
}

Placement place(const Status& status) {
  return Placer(status).run();
}

void Placer::adjust(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why) {
  TableCell& at = cell(rsc, node);
  at.score = at.present ? at.score + score : score;
  at.present = true;
  out_.ledger.add(rsc, node, score, why);
}

void Placer::adjust_tree(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why) {
  adjust(rsc, node, score, why);
  for (const RscId child : status_.resource(rsc).children) adjust_tree(child, node, score, why);
}

void Placer::replace(RscId rsc, NodeId node, base::Score score, const ScoreWhy& why) {
  cell(rsc, node).score = score;
  out_.ledger.set(rsc, node, score, why);
}

/// Whether a resource or a part of it has an opinion of a node. A part may run where the whole is
/// not allowed.
bool Placer::considers(RscId rsc, NodeId node) const {
  if (cell(rsc, node).present) return true;
  const auto& parts = status_.resource(rsc).children;
  return std::any_of(parts.begin(), parts.end(), [&](RscId part) { return considers(part, node); });
}

void Placer::ban_everywhere(RscId rsc, const ScoreWhy& why) {
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    if (!considers(rsc, node)) continue;
    adjust_tree(rsc, node, base::Score::minus_infinity(), why);
  }
}

bool Placer::is_available(NodeId node, bool check_container) const {
  if (!out_.node(node).available()) return false;
  if (!check_container || !status_.node(node).is_guest()) return true;
  const auto container = container_of_node(status_, node);
  return !container || out_.resource(*container).node.has_value();
}

bool Placer::has_available(const ScoreTables::Row& row) const {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i].present || row[i].score.value() < 0) continue;
    if (out_.nodes[i].available()) return true;
  }
  return false;
}

void Placer::print(ScoreLine::Kind kind, RscId rsc) {
  if (!out_.ledger.reported() || status_.resource(rsc).removed) return;
  for (const NodeId node : status_.node_order) {
    const TableCell& at = cell(rsc, node);
    if (at.present) out_.score_lines.push_back({kind, rsc, node, at.score});
  }
}

void Placer::print_tree(ScoreLine::Kind kind, RscId rsc) {
  print(kind, rsc);
  for (const RscId child : out_.resource(rsc).children) print_tree(kind, child);
}

}  // namespace systole::policy
