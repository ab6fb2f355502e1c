// Capacities of nodes and demands of resources.

#include <algorithm>
#include <limits>

#include "policy/placement/glib_order.h"
#include "policy/placement/placer.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;
using Amounts = std::vector<std::pair<Text, int>>;

int* find_amount(Amounts& amounts, Text name) {
  for (auto& [key, value] : amounts) {
    if (key == name) return &value;
  }
  return nullptr;
}

int amount_or_zero(const Amounts& amounts, Text name) {
  for (const auto& [key, value] : amounts) {
    if (key == name) return value;
  }
  return 0;
}

int clip(std::int64_t value) {
  return static_cast<int>(std::clamp<std::int64_t>(value, std::numeric_limits<int>::min(),
                                                   std::numeric_limits<int>::max()));
}

void add_to(Amounts& amounts, Text name, std::int64_t value) {
  int* have = find_amount(amounts, name);
  if (have == nullptr) {
    amounts.emplace_back(name, clip(value));
  } else {
    *have = clip(*have + value);
  }
}

Amounts demand_of(const Resource& rsc) {
  Amounts out;
  for (const model::NameValue& entry : rsc.utilization) {
    out.emplace_back(entry.name, clip(model::leading_integer(entry.value).value_or(0)));
  }
  return out;
}

/// What a node says nothing about does not limit it, until something that wants it has come; what
/// asks for nothing finds room even then.
bool fits(const Amounts& capacity, const Amounts& demand) {
  return std::all_of(capacity.begin(), capacity.end(), [&](const auto& have) {
    const int needed = amount_or_zero(demand, have.first);
    return needed <= 0 || have.second >= needed;
  });
}

Amounts in_glib_order(const Amounts& amounts) {
  std::vector<Text> names;
  for (const auto& [name, value] : amounts) names.push_back(name);
  Amounts out;
  for (const Text name : glib_order(names)) out.emplace_back(name, amount_or_zero(amounts, name));
  return out;
}

}  // namespace

int Placer::compare_capacity(NodeId a, NodeId b) const {
  const Amounts& left = out_.node(a).capacity;
  const Amounts& right = out_.node(b).capacity;
  int result = 0;
  const auto weigh = [&](Text name) {
    const int x = amount_or_zero(left, name);
    const int y = amount_or_zero(right, name);
    result += x < y ? 1 : (x > y ? -1 : 0);
  };
  for (const auto& [name, value] : left) weigh(name);
  for (const auto& [name, value] : right) {
    const auto same = [wanted = name](const auto& amount) { return amount.first == wanted; };
    if (std::none_of(left.begin(), left.end(), same)) weigh(name);
  }
  return result;
}

void Placer::take_capacity(RscId rsc, NodeId node, int sign) {
  if (!status_.resource(rsc).is_primitive()) return;
  for (const auto& [name, value] : demand_of(status_.resource(rsc))) {
    add_to(out_.node(node).capacity, name, std::int64_t{sign} * value);
  }
  if (sign > 0 || !out_.ledger.reported()) return;
  UtilizationLine line{UtilizationLine::Kind::kAssigned, rsc, node,
                       in_glib_order(demand_of(status_.resource(rsc))), out_.score_lines.size()};
  out_.utilization_lines.push_back(std::move(line));
}

void Placer::report_capacity(UtilizationLine::Kind kind) {
  if (!out_.ledger.reported()) return;
  for (const NodeId node : status_.node_order) {
    if (status_.node(node).kind == NodeKind::kBundle) continue;
    out_.utilization_lines.push_back({kind, std::nullopt, node,
                                      in_glib_order(out_.node(node).capacity),
                                      out_.score_lines.size()});
  }
}

/// Adds `id` and what must run on the same node to `companions`, as seen from `original`.
void Placer::collect_companions(RscId id, RscId original, std::vector<RscId>& companions) const {
  if (std::find(companions.begin(), companions.end(), id) != companions.end()) return;
  companions.push_back(id);
  const Resource& rsc = status_.resource(id);
  const bool cloned = rsc.parent && status_.resource(*rsc.parent).is_clone();
  if (rsc.is_group() && (rsc.collocated || cloned)) {
    for (const RscId member : rsc.children) collect_companions(member, original, companions);
    return;
  }
  for (const Colocation* colocation : this_with(id)) {
    if (colocation->primary == original || !binds(*colocation, id, colocation->primary)) continue;
    collect_companions(colocation->primary, original, companions);
  }
  for (const Colocation* colocation : with_this(id)) {
    const RscId dependent = colocation->dependent;
    if (dependent == original || !binds(*colocation, dependent, id)) continue;
    // Nobody knows which instance a dependent of the whole clone will be with.
    if (rsc.is_clone() && !status_.resource(dependent).is_clone()) continue;
    collect_companions(dependent, original, companions);
  }
}

/// Whether a colocation keeps two resources on one node.
bool Placer::binds(const Colocation& colocation, RscId dependent, RscId primary) const {
  const auto in_role = [&](Role role, RscId id) {
    return role == Role::kUnknown || role == constrained_role(id);
  };
  return colocation.score.is_plus_infinity() && in_role(colocation.dependent_role, dependent) &&
         in_role(colocation.primary_role, primary);
}

/// The primitives whose demands `id` adds to those of `companions`.
void Placer::collect_demanding(RscId id, const std::vector<RscId>& companions,
                               std::vector<RscId>& out) const {
  const auto listed = [&](RscId other) {
    return std::find(companions.begin(), companions.end(), other) != companions.end();
  };
  const Resource& rsc = status_.resource(id);
  if (out_.resource(id).assigned) return;
  if (rsc.is_primitive()) {
    out.push_back(id);
  } else if (rsc.is_group()) {
    const bool cloned = rsc.parent && status_.resource(*rsc.parent).is_clone();
    for (const RscId member : rsc.children) {
      if (!listed(member)) collect_demanding(member, companions, out);
      if (!rsc.collocated && !cloned) break;
    }
  } else if (rsc.is_bundle()) {
    collect_demanding(rsc.bundle.replicas.front().container, companions, out);
  } else {
    const bool counted = std::any_of(rsc.children.begin(), rsc.children.end(), [&](RscId child) {
      const auto& members = status_.resource(child).children;
      return listed(child) || std::any_of(members.begin(), members.end(), listed);
    });
    if (!counted && !rsc.children.empty()) {
      collect_demanding(rsc.children.front(), companions, out);
    }
  }
}

std::optional<NodeId> Placer::ban_small_nodes(RscId id) {
  std::vector<RscId> companions;
  collect_companions(id, id, companions);
  std::vector<RscId> demanding;
  for (const RscId member : companions) collect_demanding(member, companions, demanding);
  Amounts together;
  for (const RscId member : demanding) {
    for (const auto& [name, value] : demand_of(status_.resource(member))) {
      add_to(together, name, value);
    }
  }
  const Amounts alone = demand_of(status_.resource(id));
  std::vector<NodeId> usable;
  std::vector<Text> ids;
  bool any_fits_all = false;
  for (const NodeId node : status_.node_order) {
    const TableCell& at = cell(id, node);
    if (!at.present || at.score.value() < 0 || !is_available(node)) continue;
    usable.push_back(node);
    ids.push_back(status_.node(node).id);
    any_fits_all = any_fits_all || fits(out_.node(node).capacity, together);
  }
  const Amounts& needed = any_fits_all ? together : alone;
  for (const NodeId node : usable) {
    if (fits(out_.node(node).capacity, needed)) continue;
    ban(id, node, {ScoreCause::kCapacity});
  }
  if (any_fits_all) return std::nullopt;
  std::optional<NodeId> most_capable;
  for (const Text node_id : glib_order(ids)) {
    const NodeId node = status_.node_by_id.at(node_id);
    if (!most_capable || compare_capacity(*most_capable, node) > 0) most_capable = node;
  }
  return most_capable;
}

void Placer::sort_by_preference() {
  const auto preferences = [&](RscId id) {
    const Resource& rsc = status_.resource(id);
    RscId speaker = id;
    if (rsc.is_group() && !rsc.children.empty()) speaker = rsc.children.back();
    ScoreTables::Row row = out_.tables.row(speaker);
    for (const Colocation* colocation : this_with(id)) {
      merge(colocation->primary, id, row, *colocation,
            MergeMode{.rollback = false, .towards_primaries = true});
    }
    return row;
  };
  std::vector<NodeId> nodes = status_.node_order;
  const auto score_on = [](const ScoreTables::Row& row, std::optional<NodeId> node) {
    if (!node || !row[node->value()].present) return base::Score::minus_infinity();
    return row[node->value()].score;
  };
  std::stable_sort(nodes.begin(), nodes.end(), [&](NodeId a, NodeId b) {
    const bool left = is_available(a);
    const bool right = is_available(b);
    if (left != right) return left;
    if (status_.options.placement_strategy == PlacementStrategy::kBalanced) {
      const int capacity = compare_capacity(a, b);
      if (capacity != 0) return capacity < 0;
    }
    return status_.node(a).name < status_.node(b).name;
  });
  std::vector<ScoreTables::Row> rows(status_.resources.size());
  for (const RscId id : out_.order) rows[id.value()] = preferences(id);
  std::stable_sort(out_.order.begin(), out_.order.end(), [&](RscId a, RscId b) {
    const base::Score left = status_.resource(a).priority;
    const base::Score right = status_.resource(b).priority;
    if (left != right) return left > right;
    const auto& left_row = rows[a.value()];
    const auto& right_row = rows[b.value()];
    const base::Score here = score_on(left_row, out_.resource(a).current);
    const base::Score there = score_on(right_row, out_.resource(b).current);
    if (here != there) return here > there;
    for (const NodeId node : nodes) {
      const base::Score x = score_on(left_row, node);
      const base::Score y = score_on(right_row, node);
      if (x != y) return x > y;
    }
    return false;
  });
}

}  // namespace systole::policy
