#include <cmath>

#include "lib/base/strings.h"
#include "policy/placement/placer.h"
#include "policy/status/queries.h"

namespace systole::policy {

/// The table that preferences are merged into on their way along a chain of dependents.
struct Placer::MergeState {
  RscId target;
  ScoreTables::Row table;
  std::vector<bool> excluded;  ///< nodes that others pushed below 0 and that stay just above
  std::vector<ScoreEntry> entries;
};

namespace {

base::Score scaled(float factor, base::Score score) {
  const float value = factor * static_cast<float>(score.value());
  const auto rounded = static_cast<long>(std::lround(value));
  // A preference never vanishes by scaling; what is left of it carries the factor's sign alone.
  if (rounded == 0 && score.value() != 0) {
    return base::Score(factor > 0 ? 1 : (factor < 0 ? -1 : 0));
  }
  if (rounded >= base::Score::kInfinity) return base::Score::infinity();
  if (rounded <= -base::Score::kInfinity) return base::Score::minus_infinity();
  return base::Score(static_cast<int>(rounded));
}

float factor_of(base::Score score) {
  return static_cast<float>(score.value()) / static_cast<float>(base::Score::kInfinity);
}

}  // namespace

void Placer::merge(RscId dependent, RscId target, ScoreTables::Row& table,
                   const Colocation& colocation, MergeMode mode) {
  MergeState state{target, table, std::vector<bool>(table.size(), false), {}};
  merge_step(dependent, state, colocation, factor_of(colocation.score), mode);
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (state.excluded[i]) state.table[i].score = base::Score(1);
  }
  table = std::move(state.table);
  if (mode.entries == nullptr) return;
  mode.entries->insert(mode.entries->end(), state.entries.begin(), state.entries.end());
}

/// The table of preferences of `source`; a later member of a group, constrained by itself, also
/// speaks for the group's locations.
ScoreTables::Row Placer::source_table(RscId source, const Colocation& colocation) const {
  ScoreTables::Row row = out_.tables.row(source);
  const auto parent = status_.resource(source).parent;
  if (!parent || !status_.resource(*parent).is_group()) return row;
  const Resource& group = status_.resource(*parent);
  if (group.children.front() == source || colocation.dependent != source ||
      !colocation.configured) {
    return row;
  }
  for (const std::size_t place : locations_of_[parent->value()]) {
    for (const auto& [node, score] : locations_[place].scores) {
      TableCell& at = row[node.value()];
      at.score = at.present ? at.score + score : score;
      at.present = true;
    }
  }
  return row;
}

/// The best score among available nodes that count as `node` for the colocation; nothing where
/// there is none.
std::optional<base::Score> Placer::best_matching(RscId source, const ScoreTables::Row& row,
                                                 const MergeState& state,
                                                 const Colocation& colocation, NodeId node) const {
  const bool by_name = colocation.node_attribute.empty();
  if (by_name && !status_.node(node).is_guest()) {
    const TableCell& at = row[node.value()];
    if (!at.present || !out_.node(node).available()) return std::nullopt;
    return at.score;
  }
  std::optional<base::Score> best;
  const model::Text name = by_name ? "#uname" : colocation.node_attribute;
  const auto wanted = attribute(state.target, node, name);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const NodeId other(static_cast<std::uint32_t>(i));
    if (!row[i].present || !out_.nodes[i].available()) continue;
    const auto value = attribute(source, other, name);
    const bool equal = value && wanted ? base::equal_ignoring_case(*value, *wanted)
                                       : value.has_value() == wanted.has_value();
    if (equal && (!best || row[i].score > *best)) best = row[i].score;
  }
  return best;
}

/// Adds the preferences of `source`, scaled. Returns whether some node is left.
bool Placer::adjust_by_preferences(RscId source, MergeState& state, const Colocation& colocation,
                                   float factor, const MergeMode& mode) {
  const ScoreTables::Row preferences = source_table(source, colocation);
  const auto homes = [&] {
    const ScoreTables::Row row = out_.tables.row(colocation.dependent);
    int count = 0;
    for (const TableCell& at : row) count += at.present && at.score.value() >= 0 ? 1 : 0;
    return count;
  };
  const base::Score stickiness = status_.resource(colocation.primary).stickiness;
  for (std::size_t i = 0; i < state.table.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    TableCell& at = state.table[i];
    if (!at.present || state.excluded[i]) continue;
    const base::Score best = best_matching(source, preferences, state, colocation, node)
                                 .value_or(base::Score::minus_infinity());
    if (factor < 0 && best.value() < 0) {
      const bool only_home = stickiness < -best && has_influence(colocation) && homes() == 1;
      if (!only_home) continue;
    }
    const base::Score amount = scaled(factor, best);
    const base::Score sum = at.score + amount;
    if (mode.non_negative && sum.value() < 0) {
      if (at.score.value() > 0) {
        state.excluded[i] = true;
        at.score = base::Score::minus_infinity();
        if (mode.entries != nullptr) {
          state.entries.push_back(
              {node, base::Score(1), true, {ScoreCause::kFloor, colocation.id, source}});
        }
        continue;
      }
      if (at.score.value() == 0) continue;
    }
    at.score = sum;
    if (mode.entries != nullptr) {
      const ScoreWhy why{ScoreCause::kDependent, colocation.id, source, colocation.node_attribute};
      state.entries.push_back({node, amount, false, why});
    }
  }
  return has_available(state.table);
}

void Placer::merge_step(RscId dependent, MergeState& state, const Colocation& colocation,
                        float factor, MergeMode mode) {
  if (merging_[dependent.value()] != 0) return;
  if (status_.resource(dependent).is_group()) {
    const auto& members = status_.resource(dependent).children;
    if (members.empty()) return;
    merging_[dependent.value()] = 1;
    merge_step(mode.towards_primaries ? members.back() : members.front(), state, colocation, factor,
               mode);
    merging_[dependent.value()] = 0;
    return;
  }
  merging_[dependent.value()] = 1;
  const MergeState before = state;
  if (adjust_by_preferences(dependent, state, colocation, factor, mode)) {
    MergeMode nested = mode;
    nested.rollback = true;
    const ColocationList further =
        mode.towards_primaries ? this_with(dependent) : with_this(dependent);
    for (const Colocation* next : further) {
      if (!mode.towards_primaries && !has_influence(*next)) continue;
      const RscId other = mode.towards_primaries ? next->primary : next->dependent;
      merge_step(other, state, *next, factor * factor_of(next->score), nested);
    }
  } else if (mode.rollback) {
    state = before;
  }
  merging_[dependent.value()] = 0;
}

}  // namespace systole::policy
