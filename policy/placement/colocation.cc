#include <algorithm>

#include "lib/base/strings.h"
#include "policy/placement/placer.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

bool is_role_bearing(const Colocation& colocation) {
  return colocation.dependent_role == Role::kUnpromoted ||
         colocation.dependent_role == Role::kPromoted;
}

}  // namespace

std::optional<Text> Placer::attribute(RscId rsc, NodeId node, Text name) const {
  const Resource& resource = status_.resource(rsc);
  const bool inside = status_.node(node).kind == NodeKind::kBundle && bundle_of(status_, rsc) &&
                      !resource.is_remote_connection;
  return inside ? host_attribute(node, name, true) : chosen_attribute(rsc, node, name, true);
}

/// An attribute of the host of a guest node, where its container shall run or where it runs.
std::optional<Text> Placer::host_attribute(NodeId node, Text name, bool assigned) const {
  const auto container = container_of_node(status_, node);
  if (!container) return std::nullopt;
  const PlacedResource& placed = out_.resource(*container);
  const auto host = assigned ? placed.node : placed.current;
  return host ? status_.node(*host).attributes.find(name) : std::nullopt;
}

/// An attribute of the node, or of its host where the resource asks for that.
std::optional<Text> Placer::chosen_attribute(RscId rsc, NodeId node, Text name,
                                             bool assigned) const {
  const bool of_host = status_.node(node).is_guest() && status_.resource(rsc).attributes_of_host;
  return of_host ? host_attribute(node, name, assigned) : status_.node(node).attributes.find(name);
}

bool Placer::same_attribute(RscId rsc, NodeId a, const Colocation& colocation, NodeId b) const {
  if (colocation.node_attribute.empty() && !status_.node(a).is_guest() &&
      !status_.node(b).is_guest()) {
    return a == b;
  }
  const Text name = colocation.node_attribute.empty() ? "#uname" : colocation.node_attribute;
  const auto left = attribute(rsc, a, name);
  const auto right = attribute(colocation.primary, b, name);
  if (!left || !right) return left.has_value() == right.has_value();
  return base::equal_ignoring_case(*left, *right);
}

bool Placer::has_influence(const Colocation& colocation) const {
  const Resource& dependent = status_.resource(colocation.dependent);
  const Resource& primary = status_.resource(colocation.primary);
  const bool connection_of_bundle =
      dependent.is_remote_connection && bundle_of(status_, colocation.dependent).has_value();
  if (connection_of_bundle && !primary.failed && primary.active_on.size() == 1) return false;
  return colocation.influence || primary.active_on.empty();
}

Placer::Effect Placer::effect_of(RscId dependent, RscId primary,
                                 const Colocation& colocation) const {
  const PlacedResource& d = out_.resource(dependent);
  const PlacedResource& p = out_.resource(primary);
  if (!p.assigned) return Effect::kNone;
  if (d.assigned) {
    const bool role = is_role_bearing(colocation) && in_promotable(status_, dependent);
    return role ? Effect::kRole : Effect::kNone;
  }
  if (colocation.dependent_role != Role::kUnknown &&
      colocation.dependent_role != constrained_role(dependent)) {
    return Effect::kNone;
  }
  if (colocation.primary_role != Role::kUnknown &&
      colocation.primary_role != constrained_role(primary)) {
    return Effect::kNone;
  }
  return Effect::kLocation;
}

/// The role that constraints mean: a container has that of what runs inside.
Role Placer::constrained_role(RscId id) const {
  const auto parent = status_.resource(id).parent;
  if (parent && status_.resource(*parent).is_bundle()) {
    for (const Replica& replica : status_.resource(*parent).bundle.replicas) {
      if (replica.container == id && replica.instance) return highest_next_role(*replica.instance);
    }
  }
  return highest_next_role(id);
}

void Placer::apply_to_dependent(RscId dependent, const Colocation& colocation) {
  if (!out_.resource(colocation.primary).assigned) assign(colocation.primary, std::nullopt);
  apply_primary(dependent, colocation.primary, colocation);
}

void Placer::apply_primary(RscId dependent, RscId primary, const Colocation& colocation) {
  switch (status_.resource(primary).kind) {
    case model::ResourceKind::kPrimitive:
      if (effect_of(dependent, primary, colocation) == Effect::kLocation) {
        apply_node(dependent, primary, colocation, out_.resource(primary).node);
      }
      break;
    case model::ResourceKind::kGroup:
      apply_group(dependent, primary, colocation);
      break;
    case model::ResourceKind::kClone:
      apply_clone(dependent, primary, colocation);
      break;
    case model::ResourceKind::kBundle:
      apply_bundle(dependent, primary, colocation);
      break;
  }
}

void Placer::apply_node(RscId dependent, RscId primary, const Colocation& colocation,
                        std::optional<NodeId> primary_node) {
  const base::Score score = colocation.score;
  if (!primary_node && score.value() < 0) return;
  const ScoreTables::Row before = out_.tables.row(dependent);
  const std::size_t mark = out_.ledger.mark(dependent);
  const ScoreWhy why{ScoreCause::kColocation, colocation.id, primary, colocation.node_attribute};
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    if (!cell(dependent, node).present) continue;
    if (!primary_node) {
      adjust(dependent, node, -score, why);
    } else if (same_attribute(dependent, node, colocation, *primary_node)) {
      if (!score.is_plus_infinity()) adjust(dependent, node, score, why);
    } else if (score.is_plus_infinity()) {
      ban(dependent, node, why);
    }
  }
  const bool reversible = !colocation.mandatory() || colocation.dependent_role == Role::kPromoted;
  if (reversible && !has_available(out_.tables.row(dependent))) {
    out_.tables.set_row(dependent, before);
    out_.ledger.rewind(dependent, mark);
  }
}

void Placer::apply_group(RscId dependent, RscId group, const Colocation& colocation) {
  const Resource& rsc = status_.resource(group);
  if (rsc.children.empty()) return;
  const bool mandatory = colocation.score.is_plus_infinity();
  if (rsc.collocated) {
    apply_primary(dependent, mandatory ? rsc.children.back() : rsc.children.front(), colocation);
    return;
  }
  if (mandatory) return;
  for (const RscId member : rsc.children) apply_primary(dependent, member, colocation);
}

void Placer::restrict_to_nodes(RscId dependent, const std::vector<NodeId>& nodes,
                               const Colocation& colocation) {
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    if (!cell(dependent, node).present) continue;
    if (std::find(nodes.begin(), nodes.end(), node) != nodes.end()) continue;
    ban(dependent, node, {ScoreCause::kColocation, colocation.id, colocation.primary});
  }
}

bool Placer::is_interleaved(const Colocation& colocation, RscId primary) const {
  const Resource& dependent = status_.resource(colocation.dependent);
  const Resource& other = status_.resource(primary);
  const auto interleaves = [&](const Resource& rsc) {
    return rsc.is_clone() ? rsc.clone.interleave
                          : model::is_true(rsc.meta.value_or("interleave", "false"));
  };
  if (!dependent.is_clone() && !dependent.is_bundle()) return false;
  if (!interleaves(dependent)) return false;
  const auto per_node = [](const Resource& rsc) {
    return rsc.is_clone() ? rsc.clone.node_max : rsc.bundle.replicas_per_host;
  };
  return per_node(dependent) == per_node(other);
}

/// Where an instance shall run; of a group whose members may part, where the first of them does.
std::optional<NodeId> Placer::location_of(RscId id) const {
  if (const auto node = out_.resource(id).node) return node;
  for (const RscId child : status_.resource(id).children) {
    if (const auto node = location_of(child)) return node;
  }
  return std::nullopt;
}

std::optional<RscId> Placer::matching_instance(RscId dependent, RscId primary) const {
  const Resource& rsc = status_.resource(primary);
  std::vector<RscId> candidates;
  if (rsc.is_bundle()) {
    for (const Replica& replica : rsc.bundle.replicas) candidates.push_back(replica.container);
  } else {
    candidates = out_.resource(primary).children;
  }
  const auto on = [&](NodeId node) -> std::optional<RscId> {
    for (const RscId candidate : candidates) {
      const PlacedResource& placed = out_.resource(candidate);
      if (!placed.blocked && location_of(candidate) == node) return candidate;
    }
    return std::nullopt;
  };
  std::optional<NodeId> node = out_.resource(dependent).node;
  if (node) {
    if (const auto container = container_of_node(status_, *node);
        container && status_.node(*node).kind == NodeKind::kBundle) {
      node = out_.resource(*container).node;
    }
    return node ? on(*node) : std::nullopt;
  }
  for (const NodeId allowed : nodes_by_preference(dependent, std::nullopt)) {
    if (const auto found = on(allowed)) return found;
  }
  return std::nullopt;
}

bool Placer::apply_promoted_clone(RscId dependent, RscId clone, const Colocation& colocation) {
  if (!status_.resource(clone).clone.promotable || colocation.primary_role == Role::kUnknown) {
    return false;
  }
  if (out_.resource(dependent).assigned) return true;
  if (colocation.dependent_role != Role::kUnknown &&
      colocation.dependent_role != out_.resource(dependent).next_role) {
    return true;
  }
  std::vector<NodeId> nodes;
  for (const RscId instance : out_.resource(clone).children) {
    const PlacedResource& placed = out_.resource(instance);
    if (!placed.node || highest_next_role(instance) != colocation.primary_role) continue;
    nodes.push_back(*placed.node);
    if (!colocation.score.is_plus_infinity()) {
      for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
        const NodeId node(static_cast<std::uint32_t>(i));
        if (!cell(dependent, node).present) continue;
        if (!same_attribute(dependent, node, colocation, *placed.node)) continue;
        adjust(dependent, node, colocation.score,
               {ScoreCause::kColocation, colocation.id, instance, colocation.node_attribute});
      }
    } else if (colocation.dependent_role != Role::kPromoted ||
               colocation.primary_role != Role::kPromoted) {
      for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
        const NodeId node(static_cast<std::uint32_t>(i));
        if (node != *placed.node || !cell(dependent, node).present) continue;
        adjust(dependent, node, cell(instance, node).score,
               {ScoreCause::kColocation, colocation.id, instance});
      }
    }
  }
  const bool both =
      colocation.dependent_role == Role::kPromoted && colocation.primary_role == Role::kPromoted;
  if (colocation.score.is_plus_infinity() && !both) {
    restrict_to_nodes(dependent, nodes, colocation);
  }
  return true;
}

void Placer::apply_clone(RscId dependent, RscId clone, const Colocation& colocation) {
  if (!out_.resource(clone).assigned) return;
  if (apply_promoted_clone(dependent, clone, colocation)) return;
  // What must keep away keeps away from every instance: the one beside changes with the place.
  if (is_interleaved(colocation, clone) && colocation.score.value() >= 0) {
    if (const auto instance = matching_instance(dependent, clone)) {
      apply_primary(dependent, *instance, colocation);
    } else if (colocation.score.is_plus_infinity() && !out_.resource(dependent).assigned) {
      note_decision(dependent, ScoreDecision::Rule::kNoInstance, std::nullopt);
      finish_assignment(dependent, std::nullopt, false);
    }
    return;
  }
  if (colocation.score.is_plus_infinity()) {
    if (out_.resource(dependent).assigned) return;
    std::vector<NodeId> nodes;
    for (const RscId instance : out_.resource(clone).children) {
      const auto node = location_of(instance);
      if (node && !out_.resource(instance).blocked) nodes.push_back(*node);
    }
    restrict_to_nodes(dependent, nodes, colocation);
    return;
  }
  for (const RscId instance : out_.resource(clone).children) {
    apply_primary(dependent, instance, colocation);
  }
}

void Placer::apply_bundle(RscId dependent, RscId bundle, const Colocation& colocation) {
  if (!out_.resource(bundle).assigned || out_.resource(dependent).assigned) return;
  const bool instance =
      status_.resource(dependent).instance >= 0 || bundle_of(status_, dependent).has_value();
  if (instance && colocation.score.value() >= 0) {
    if (const auto container = matching_instance(dependent, bundle)) {
      apply_primary(dependent, *container, colocation);
    } else if (colocation.score.is_plus_infinity()) {
      note_decision(dependent, ScoreDecision::Rule::kNoInstance, std::nullopt);
      finish_assignment(dependent, std::nullopt, false);
    }
    return;
  }
  std::vector<NodeId> nodes;
  for (const Replica& replica : status_.resource(bundle).bundle.replicas) {
    if (!colocation.score.is_plus_infinity()) {
      Colocation plain = colocation;
      plain.primary_role = Role::kUnknown;
      const bool in_role = colocation.primary_role == Role::kUnknown ||
                           (replica.instance &&
                            out_.resource(*replica.instance).next_role == colocation.primary_role);
      if (in_role) apply_primary(dependent, replica.container, plain);
      continue;
    }
    const PlacedResource& placed = out_.resource(replica.container);
    if (!placed.node || placed.blocked) continue;
    if (colocation.primary_role == Role::kPromoted &&
        (!replica.instance || out_.resource(*replica.instance).next_role < Role::kPromoted)) {
      continue;
    }
    nodes.push_back(*placed.node);
  }
  if (colocation.score.is_plus_infinity()) restrict_to_nodes(dependent, nodes, colocation);
}

base::Score Placer::role_effect(RscId dependent, const Colocation& colocation) {
  if (!is_role_bearing(colocation)) return {};
  const auto node = out_.resource(dependent).node;
  if (!node) return {};
  std::vector<RscId> primaries = {colocation.primary};
  const Resource& primary = status_.resource(colocation.primary);
  const bool mandatory = colocation.score.is_plus_infinity();
  bool any_of_several = false;
  if (primary.is_group() && !primary.children.empty()) {
    primaries = {mandatory ? primary.children.back() : primary.children.front()};
  } else if (primary.is_clone()) {
    primaries = out_.resource(colocation.primary).children;
    any_of_several = primary.clone.promotable && colocation.primary_role != Role::kUnknown &&
                     colocation.dependent_role == Role::kPromoted;
  } else if (primary.is_bundle()) {
    const auto container = matching_instance(dependent, colocation.primary);
    if (!container) {
      const bool denied = mandatory && colocation.dependent_role == Role::kPromoted;
      return denied ? base::Score::minus_infinity() : base::Score();
    }
    primaries = {*container};
  }
  base::Score total;
  bool matched = false;
  for (const RscId id : primaries) {
    const PlacedResource& placed = out_.resource(id);
    if (!placed.assigned) continue;
    if (colocation.primary_role != Role::kUnknown &&
        constrained_role(id) != colocation.primary_role) {
      continue;
    }
    if (placed.node && same_attribute(dependent, *node, colocation, *placed.node)) {
      matched = true;
      total +=
          colocation.dependent_role == Role::kUnpromoted ? -colocation.score : colocation.score;
      if (any_of_several) return total;
    } else if (!any_of_several && mandatory && colocation.dependent_role == Role::kPromoted) {
      total += base::Score::minus_infinity();
    }
  }
  if (any_of_several && mandatory && !matched) return base::Score::minus_infinity();
  return total;
}

}  // namespace systole::policy
