#include <algorithm>

#include "policy/placement/placer.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

/// What is started runs unpromoted, where there is such a role; until the roles of a clone are
/// chosen, its instances are only known to be started.
bool does_more(Role next, Role now) {
  return next > now && !(next == Role::kUnpromoted && now == Role::kStarted);
}

}  // namespace

std::optional<NodeId> Placer::assign(RscId rsc, std::optional<NodeId> preferred, bool trial) {
  switch (status_.resource(rsc).kind) {
    case model::ResourceKind::kPrimitive:
      return assign_primitive(rsc, preferred, trial);
    case model::ResourceKind::kGroup:
      return assign_group(rsc, preferred, trial);
    case model::ResourceKind::kClone:
      return assign_clone(rsc);
    case model::ResourceKind::kBundle:
      return assign_bundle(rsc);
  }
  return std::nullopt;
}

/// The nodes of the resource's table, best first.
std::vector<NodeId> Placer::nodes_by_preference(RscId rsc, std::optional<NodeId> current) const {
  std::vector<NodeId> out;
  for (const NodeId node : status_.node_order) {
    if (cell(rsc, node).present) out.push_back(node);
  }
  std::stable_sort(out.begin(), out.end(),
                   [&](NodeId a, NodeId b) { return is_preferred(rsc, a, b, current); });
  return out;
}

/// Whether `rsc`, which runs on `current`, is rather placed on `a` than on `b`.
bool Placer::is_preferred(RscId rsc, NodeId a, NodeId b, std::optional<NodeId> current) const {
  const auto score_on = [&](NodeId node) {
    return out_.node(node).available() ? cell(rsc, node).score : base::Score::minus_infinity();
  };
  const base::Score left = score_on(a);
  const base::Score right = score_on(b);
  if (left != right) return left > right;
  const PlacementStrategy strategy = status_.options.placement_strategy;
  if (strategy != PlacementStrategy::kMinimal) {
    if (strategy == PlacementStrategy::kBalanced) {
      const int capacity = compare_capacity(a, b);
      if (capacity != 0) return capacity < 0;
    }
    if (out_.node(a).load != out_.node(b).load) return out_.node(a).load < out_.node(b).load;
    if (current && a != b && (a == *current || b == *current)) return a == *current;
  }
  return status_.node(a).name < status_.node(b).name;
}

/// The first of nodes_by_preference(), without sorting them where that is possible.
std::optional<NodeId> Placer::most_preferred(RscId rsc, std::optional<NodeId> current) const {
  // Capacities of several kinds can beat each other in a circle; what is then the first is what the
  // order of the whole list says.
  if (status_.options.placement_strategy == PlacementStrategy::kBalanced) {
    const std::vector<NodeId> nodes = nodes_by_preference(rsc, current);
    return nodes.empty() ? std::nullopt : std::optional(nodes.front());
  }
  std::optional<NodeId> best;
  for (const NodeId node : status_.node_order) {
    if (!cell(rsc, node).present) continue;
    if (!best || is_preferred(rsc, node, *best, current)) best = node;
  }
  return best;
}

void Placer::apply_colocations(RscId rsc) {
  const ColocationList primaries = this_with(rsc);
  const ColocationList dependents = with_this(rsc);
  for (const bool mandatory : {true, false}) {
    for (const Colocation* colocation : primaries) {
      if (colocation->mandatory() != mandatory) continue;
      apply_to_dependent(rsc, *colocation);
    }
    for (const Colocation* colocation : dependents) {
      if (colocation->mandatory() != mandatory || !has_influence(*colocation)) continue;
      ScoreTables::Row row = out_.tables.row(rsc);
      std::vector<ScoreEntry> entries;
      merge(colocation->dependent, rsc, row, *colocation,
            MergeMode{.entries = out_.ledger.sink(entries)});
      out_.tables.set_row(rsc, row);
      out_.ledger.add_all(rsc, entries);
    }
  }
}

std::optional<NodeId> Placer::assign_primitive(RscId id, std::optional<NodeId> preferred,
                                               bool trial) {
  PlacedResource& placed = out_.resource(id);
  const auto parent = status_.resource(id).parent;
  if (parent && !placed.assigned && assigning_[parent->value()] == 0 &&
      !out_.resource(*parent).assigned) {
    assign(*parent, preferred, trial);
  }
  if (placed.assigned) return placed.node;
  if (assigning_[id.value()] != 0) return std::nullopt;
  assigning_[id.value()] = 1;
  apply_colocations(id);
  if (placed.assigned) {  // an interleaved primary has no instance for it
    assigning_[id.value()] = 0;
    return placed.node;
  }
  if (placed.next_role == Role::kStopped) {
    ban_everywhere(id, {ScoreCause::kTargetRole});
  } else if (!status_.quorate && status_.options.no_quorum_policy == NoQuorumPolicy::kFreeze &&
             does_more(placed.next_role, placed.role)) {
    placed.next_role = placed.role;
  }
  print(ScoreLine::Kind::kPrimitive, id);
  choose_node(id, preferred, trial);
  assigning_[id.value()] = 0;
  if (status_.resource(id).is_remote_connection) follow_connection(id);
  return placed.node;
}

void Placer::choose_node(RscId id, std::optional<NodeId> preferred, bool trial) {
  PlacedResource& placed = out_.resource(id);
  if (status_.options.fencing_enabled && !status_.fencing_possible) placed.managed = false;
  if (!placed.managed) {
    placed.next_role = placed.role;
    const bool active = !status_.resource(id).active_on.empty();
    const std::optional<NodeId> node = active ? placed.current : std::nullopt;
    note_decision(id, ScoreDecision::Rule::kUnmanaged, node);
    finish_assignment(id, node, false);
  } else if (status_.options.stop_all_resources) {
    note_decision(id, ScoreDecision::Rule::kStopAll, std::nullopt);
    finish_assignment(id, std::nullopt, trial);
  } else {
    choose_best(id, preferred, trial);
  }
}

void Placer::choose_best(RscId id, std::optional<NodeId> preferred, bool trial) {
  const Resource& rsc = status_.resource(id);
  const std::optional<NodeId> current = out_.resource(id).current;
  using Rule = ScoreDecision::Rule;
  Rule wish = preferred == current ? Rule::kCurrent : Rule::kWished;
  if (uses_capacity()) {
    const auto roomy = ban_small_nodes(id);
    if (!preferred) {
      preferred = roomy;
      wish = Rule::kRoomiest;
    }
  }
  const std::optional<NodeId> first = most_preferred(id, current);
  if (!first) {
    note_decision(id, Rule::kNoNode, std::nullopt);
    finish_assignment(id, std::nullopt, trial);
    return;
  }
  NodeId best = *first;
  const base::Score best_score = cell(id, best).score;
  const auto fits = [&](NodeId node) {
    return cell(id, node).present && cell(id, node).score.value() >= 0 && is_available(node);
  };
  if (preferred && fits(*preferred) && cell(id, *preferred).score >= best_score) {
    note_decision(id, wish, preferred);
    finish_assignment(id, preferred, trial);
    return;
  }
  const bool unique_instance = rsc.unique && clone_of(status_, id).has_value();
  if (!unique_instance && best_score.value() > 0 && is_available(best) && current &&
      is_available(*current) && status_.node(*current).base_score.value() >= 0) {
    if (cell(id, *current).present && cell(id, *current).score == best_score) best = *current;
  }
  const bool guest = status_.node(best).is_guest();
  const bool acceptable = cell(id, best).score.value() >= 0 && (guest || is_available(best));
  const std::optional<NodeId> node = acceptable ? std::optional(best) : std::nullopt;
  const Rule rule = best == *first ? Rule::kBest : Rule::kCurrent;
  note_decision(id, node ? rule : Rule::kNoNode, node);
  finish_assignment(id, node, trial);
}

void Placer::note_decision(RscId id, ScoreDecision::Rule rule, std::optional<NodeId> node) {
  if (!out_.ledger.kept()) return;
  ScoreDecision decision;
  decision.rule = rule;
  decision.node = node;
  for (const NodeId candidate : nodes_by_preference(id, out_.resource(id).current)) {
    ScoreDecision::Candidate entry;
    entry.node = candidate;
    entry.score = cell(id, candidate).score;
    entry.available = is_available(candidate);
    entry.load = out_.node(candidate).load;
    entry.capacity = out_.node(candidate).capacity;
    decision.candidates.push_back(std::move(entry));
  }
  out_.ledger.decide(id, std::move(decision));
}

void Placer::finish_assignment(RscId id, std::optional<NodeId> node, bool trial) {
  PlacedResource& placed = out_.resource(id);
  if (placed.assigned) unassign(id);
  placed.assigned = true;
  placed.node = node;
  if (!node) {
    if (!trial) placed.next_role = Role::kStopped;
    return;
  }
  ++out_.node(*node).load;
  take_capacity(id, *node, -1);
}

void Placer::unassign(RscId id) {
  PlacedResource& placed = out_.resource(id);
  for (const RscId child : status_.resource(id).children) unassign(child);
  if (!placed.assigned) return;
  placed.assigned = false;
  if (placed.node && status_.resource(id).is_primitive()) {
    --out_.node(*placed.node).load;
    take_capacity(id, *placed.node, 1);
  }
  placed.node.reset();
}

std::optional<NodeId> Placer::assign_group(RscId id, std::optional<NodeId> preferred, bool trial) {
  PlacedResource& placed = out_.resource(id);
  if (placed.assigned) return placed.node;
  if (assigning_[id.value()] != 0) return std::nullopt;
  const Resource& group = status_.resource(id);
  if (group.children.empty()) {
    placed.assigned = true;
    return std::nullopt;
  }
  assigning_[id.value()] = 1;
  placed.role = out_.resource(group.children.front()).role;
  print_tree(ScoreLine::Kind::kGroup, id);
  std::optional<NodeId> first;
  for (const RscId member : group.children) {
    const auto node = assign(member, preferred, trial);
    if (!first) first = node;
  }
  placed.next_role = out_.resource(group.children.front()).next_role;
  placed.assigned = true;
  placed.node = group.collocated ? first : std::nullopt;
  assigning_[id.value()] = 0;
  return placed.node;
}

/// A remote node follows its connection. One that is left alone brings nothing up that is down.
void Placer::follow_connection(RscId id) {
  const auto node = status_.resource(id).remote_node;
  const PlacedResource& connection = out_.resource(id);
  if (!node || !connection.managed) return;
  PlacedNode& remote = out_.node(*node);
  if (connection.node && connection.next_role != Role::kStopped) {
    remote.online = true;
    if (remote.unseen) remote.unclean = false;
  } else {
    remote.shutdown = true;
  }
}

}  // namespace systole::policy
