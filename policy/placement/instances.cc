// How the instances of a clone (or the containers of a bundle) are spread over the nodes.

#include <algorithm>

#include "policy/placement/placer.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

bool any_failed(const Status& status, RscId id) {
  if (status.resource(id).failed) return true;
  const auto& children = status.resource(id).children;
  return std::any_of(children.begin(), children.end(),
                     [&](RscId child) { return any_failed(status, child); });
}

}  // namespace

std::optional<NodeId> Placer::assign_clone(RscId id) {
  PlacedResource& placed = out_.resource(id);
  if (placed.assigned || assigning_[id.value()] != 0) return std::nullopt;
  assigning_[id.value()] = 1;
  const Resource& clone = status_.resource(id);
  if (clone.clone.promotable) add_promotion_scores(id);
  for (const Colocation* colocation : this_with(id)) {
    if (!out_.resource(colocation->primary).assigned) assign(colocation->primary, std::nullopt);
  }
  ScoreTables::Row row = out_.tables.row(id);
  std::vector<ScoreEntry> entries;
  for (const Colocation* colocation : with_this(id)) {
    if (!has_influence(*colocation)) continue;
    merge(colocation->dependent, id, row, *colocation,
          MergeMode{.non_negative = true, .entries = out_.ledger.sink(entries)});
  }
  out_.tables.set_row(id, row);
  out_.ledger.add_all(id, entries);
  print_tree(ScoreLine::Kind::kClone, id);
  sort_instances(id, placed.children);
  assign_instances(id, placed.children, {clone.clone.max, clone.clone.node_max});
  if (clone.clone.promotable) choose_promoted(id);
  placed.assigned = true;
  assigning_[id.value()] = 0;
  return std::nullopt;
}

/// What the colocations of an instance say about its nodes.
ScoreTables::Row Placer::colocation_preference(RscId id) {
  ScoreTables::Row row(out_.nodes.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i].present = true;
    row[i].score = status_.nodes[i].base_score;
  }
  for (const Colocation* colocation : this_with(id)) {
    merge(colocation->primary, id, row, *colocation, MergeMode{.rollback = false});
  }
  for (const Colocation* colocation : with_this(id)) {
    if (!has_influence(*colocation)) continue;
    merge(colocation->dependent, id, row, *colocation,
          MergeMode{.rollback = false, .non_negative = true});
  }
  return row;
}

/// Negative: `a` goes first.
int Placer::compare_instances(RscId a, RscId b, RscId parent) {
  const Resource& left = status_.resource(a);
  const Resource& right = status_.resource(b);
  const std::size_t left_active = left.active_on.size();
  const std::size_t right_active = right.active_on.size();
  if (left_active > 0 && right_active > 0 && left_active != right_active) {
    return left_active < right_active ? -1 : 1;
  }
  const auto allowed = [&](RscId id) {
    const auto& current = out_.resource(id).current;
    if (!current) return true;
    const TableCell& at = cell(id, *current);
    return at.present && at.score.value() >= 0;
  };
  const bool left_allowed = allowed(a);
  const bool right_allowed = allowed(b);
  if (left_allowed != right_allowed) return left_allowed ? -1 : 1;
  const base::Score left_priority = out_.resource(a).priority;
  const base::Score right_priority = out_.resource(b).priority;
  if (left_priority != right_priority) return left_priority > right_priority ? -1 : 1;
  const bool left_placed = left_allowed && out_.resource(a).current.has_value();
  const bool right_placed = right_allowed && out_.resource(b).current.has_value();
  if (!left_placed && !right_placed) return 0;
  if (left_placed != right_placed) return left_placed ? -1 : 1;
  const NodeId left_at = *out_.resource(a).current;
  const NodeId right_at = *out_.resource(b).current;

  const auto better = [](auto x, auto y) { return x == y ? 0 : (x > y ? -1 : 1); };
  if (const int by = better(is_available(left_at), is_available(right_at))) return by;
  const TableCell& left_cell = cell(parent, left_at);
  const TableCell& right_cell = cell(parent, right_at);
  if (!left_cell.present && !right_cell.present) return 0;
  if (const int by = better(left_cell.present, right_cell.present)) return by;
  if (const int by = better(-left_cell.instances, -right_cell.instances)) return by;
  if (const int by = better(!any_failed(status_, a), !any_failed(status_, b))) return by;
  if (left_at != right_at || !this_with(a).empty() || !with_this(a).empty()) {
    const base::Score x = colocation_preference(a)[left_at.value()].score;
    const base::Score y = colocation_preference(b)[right_at.value()].score;
    if (x != y) return x > y ? -1 : 1;
  }
  return better(-left.instance, -right.instance);
}

void Placer::sort_instances(RscId parent, std::vector<RscId>& instances) {
  std::stable_sort(instances.begin(), instances.end(),
                   [&](RscId a, RscId b) { return compare_instances(a, b, parent) < 0; });
}

int Placer::count_available(RscId parent) const {
  int count = 0;
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    if (cell(parent, node).present && is_available(node)) ++count;
  }
  return count;
}

/// Leaves an instance only the nodes that its parent allows and that are not full.
void Placer::filter_nodes(RscId parent, RscId instance, int max_per_node) {
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    const TableCell& at = cell(parent, node);
    if (status_.resource(instance).removed) {
      close_node(instance, node, {ScoreCause::kRemoved, {}, parent});
    } else if (!is_available(node)) {
      close_node(instance, node, {ScoreCause::kNodeState, {}, parent});
    } else if (!at.present || at.score.value() < 0) {
      close_node(instance, node, {ScoreCause::kParent, {}, parent});
    } else if (at.instances >= max_per_node) {
      close_node(instance, node, {ScoreCause::kNodeFull, {}, parent});
    }
  }
}

void Placer::close_node(RscId id, NodeId node, const ScoreWhy& why) {
  if (cell(id, node).present) ban(id, node, why);
  for (const RscId child : status_.resource(id).children) close_node(child, node, why);
}

/// Tries to leave an instance where it runs. Slots that better nodes would take from it are kept
/// for other instances, as long as `spare` of them may be.
bool Placer::keep_in_place(RscId parent, RscId instance, const Limits& limits, int spare) {
  const NodeId current = *out_.resource(instance).current;
  std::vector<RscId> rows = {instance};
  const auto& members = status_.resource(instance).children;
  rows.insert(rows.end(), members.begin(), members.end());
  const auto snapshot = [&] {
    std::vector<ScoreTables::Row> out;
    out.reserve(rows.size());
    for (const RscId row : rows) out.push_back(out_.tables.row(row));
    return out;
  };
  std::vector<std::size_t> marks;
  marks.reserve(rows.size());
  for (const RscId row : rows) marks.push_back(out_.ledger.mark(row));
  const auto restore = [&](const std::vector<ScoreTables::Row>& saved) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      out_.tables.set_row(rows[i], saved[i]);
      out_.ledger.rewind(rows[i], marks[i]);
    }
  };
  const ScoreTables::Row counters = out_.tables.row(parent);
  const std::vector<ScoreTables::Row> before = snapshot();
  const PlacedResource placed_before = out_.resource(instance);
  bool kept = false;
  for (int reserved = 0; reserved <= spare; ++reserved) {
    filter_nodes(parent, instance, limits.per_node);
    const auto chosen = assign(instance, current, true);
    kept = chosen == current;
    if (kept) break;
    unassign(instance);
    restore(before);
    out_.resource(instance).next_role = placed_before.next_role;
    if (!chosen) break;
    ++cell(parent, *chosen).instances;
  }
  for (std::size_t i = 0; i < counters.size(); ++i) {
    cell(parent, NodeId(static_cast<std::uint32_t>(i))).instances = counters[i].instances;
  }
  if (kept) ++cell(parent, current).instances;
  return kept;
}

void Placer::assign_instances(RscId parent, const std::vector<RscId>& instances, Limits limits) {
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    cell(parent, NodeId(static_cast<std::uint32_t>(i))).instances = 0;
  }
  const int nodes = count_available(parent);
  const int optimal = nodes > 0 ? std::max(1, limits.total / nodes) : 1;
  int placed = 0;
  const auto keep_active = [&](bool allowed) {
    for (const RscId instance : instances) {
      if (placed >= limits.total) break;
      const auto current = out_.resource(instance).current;
      if (out_.resource(instance).assigned || !current || any_failed(status_, instance)) continue;
      if (status_.resource(instance).active_on.empty()) continue;
      if (status_.node(*current).base_score.value() < 0 || !is_available(*current)) continue;
      const TableCell& at = cell(instance, *current);
      if (!at.present || at.score.is_minus_infinity()) continue;
      if ((at.score.value() >= 0) != allowed) continue;
      if (cell(parent, *current).instances >= optimal) continue;
      if (keep_in_place(parent, instance, limits, limits.total - placed - 1)) ++placed;
    }
  };
  keep_active(true);
  // Others may want the clone on a node that it would rather leave. An idle instance must not go
  // there in the place of one that runs there: they would be exchanged for ever.
  keep_active(false);
  for (const RscId instance : instances) {
    if (out_.resource(instance).assigned) continue;
    if (placed >= limits.total) {
      ban_everywhere(instance, {ScoreCause::kCloneFull, {}, parent});
      const auto stop = [&](const auto& self, RscId id) -> void {
        if (status_.resource(id).is_primitive()) {
          choose_node(id, std::nullopt, false);
        } else {
          for (const RscId child : status_.resource(id).children) self(self, child);
          out_.resource(id).assigned = true;
          out_.resource(id).next_role = Role::kStopped;
        }
      };
      stop(stop, instance);
      continue;
    }
    filter_nodes(parent, instance, limits.per_node);
    const auto node = assign(instance, std::nullopt);
    if (!node) continue;
    ++cell(parent, *node).instances;
    ++placed;
  }
}

}  // namespace systole::policy
