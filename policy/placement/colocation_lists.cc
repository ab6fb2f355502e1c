#include <algorithm>

#include "lib/base/strings.h"
#include "policy/placement/placer.h"
#include "policy/placement/references.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::ResourceSet;
using model::Text;

/// Nothing for text that names no role; kUnknown where any role will do.
std::optional<Role> parse_side(Text text) {
  if (text.empty()) return Role::kUnknown;
  const Role role = parse_role(text);
  if (role == Role::kUnknown) return std::nullopt;
  return role == Role::kStarted ? Role::kUnknown : role;
}

bool is_sequential(const ResourceSet& set) {
  return set.sequential.empty() || model::is_true(set.sequential);
}

int rank(const Resource& rsc) {
  switch (rsc.kind) {
    case model::ResourceKind::kBundle:
      return 3;
    case model::ResourceKind::kClone:
      return 2;
    case model::ResourceKind::kGroup:
      return 1;
    case model::ResourceKind::kPrimitive:
      return 0;
  }
  return 0;
}

/// Adds the list of a parent. A list that is not empty gets the first entry once for each entry;
/// users' configurations are tuned to this, so it is part of the behaviour.
template <typename Insert>
void add_inherited(const ColocationList& from, ColocationList& list, Insert insert) {
  if (list.empty()) {
    list = from;
    return;
  }
  for (std::size_t i = 0; i < from.size(); ++i) insert(from.front());
}

/// The resources that two neighbouring sets relate.
struct Pairing {
  std::vector<RscId> dependents;
  std::vector<RscId> primaries;
};

Pairing pair_sets(const ResolvedSet& first, const ResolvedSet& second) {
  Pairing out{first.resources, second.resources};
  if (is_sequential(*first.config) && !out.dependents.empty()) out.dependents.resize(1);
  if (is_sequential(*second.config) && !out.primaries.empty()) {
    out.primaries.assign(1, second.resources.back());
  }
  return out;
}

}  // namespace

bool Placer::goes_before(RscId a, RscId b) const {
  const Resource& left = status_.resource(a);
  const Resource& right = status_.resource(b);
  if (left.priority != right.priority) return left.priority > right.priority;
  if (rank(left) != rank(right)) return rank(left) > rank(right);
  if (left.clone.promotable != right.clone.promotable) return left.clone.promotable;
  return left.id < right.id;
}

void Placer::add_colocation(const Colocation& colocation) {
  if (colocation.score.value() == 0) return;
  out_.colocations.push_back(colocation);
  const Colocation* added = &out_.colocations.back();
  const auto insert = [&](ColocationList& list, RscId Colocation::*side) {
    const auto place = std::find_if(list.begin(), list.end(), [&](const Colocation* other) {
      return !goes_before(other->*side, added->*side);
    });
    list.insert(place, added);
  };
  insert(out_.this_with[added->dependent.value()], &Colocation::primary);
  insert(out_.with_this[added->primary.value()], &Colocation::dependent);
}

void Placer::read_colocations() {
  for (const model::Constraint& constraint : status_.snapshot->constraints) {
    if (const auto* colocation = std::get_if<model::ColocationConstraint>(&constraint)) {
      resolve_colocation(*colocation);
    }
  }
}

void Placer::resolve_colocation(const model::ColocationConstraint& config) {
  if (!config.sets.empty()) {
    resolve_colocation_sets(config, config.sets);
    return;
  }
  const auto dependent = resolve_reference(status_, config.dependent);
  const auto primary = resolve_reference(status_, config.primary);
  if (!dependent || !primary) return;
  if (dependent->is_set || primary->is_set) {
    if (dependent->is_set && primary->is_set) return;
    resolve_colocation_sets(config,
                            {set_of(config.dependent, config.dependent_role, !dependent->is_set),
                             set_of(config.primary, config.primary_role, !primary->is_set)});
    return;
  }
  const auto dependent_role = parse_side(config.dependent_role);
  const auto primary_role = parse_side(config.primary_role);
  if (!dependent_role || !primary_role) return;
  Colocation colocation;
  colocation.id = config.id;
  colocation.dependent = dependent->resources.front();
  colocation.primary = primary->resources.front();
  colocation.dependent_role = *dependent_role;
  colocation.primary_role = *primary_role;
  if (config.node_attribute != "#uname") colocation.node_attribute = config.node_attribute;
  colocation.score =
      model::read_score(config.score, status_.options.health).value_or(base::Score());
  colocation.influence =
      base::parse_bool(config.influence).value_or(status_.resource(colocation.dependent).critical);
  add_colocation(colocation);
}

void Placer::resolve_colocation_sets(const model::ColocationConstraint& config,
                                     const std::vector<ResourceSet>& sets) {
  const base::Score between =
      model::read_score(config.score, status_.options.health).value_or(base::Score());
  const auto relate = [&](RscId dependent, RscId primary, const ResourceSet& dependent_set,
                          const ResourceSet& primary_set, base::Score score) {
    const auto dependent_role = parse_side(dependent_set.role);
    const auto primary_role = parse_side(primary_set.role);
    if (!dependent_role || !primary_role) return;
    Colocation colocation;
    colocation.id = config.id;
    colocation.dependent = dependent;
    colocation.primary = primary;
    colocation.dependent_role = *dependent_role;
    colocation.primary_role = *primary_role;
    colocation.score = score;
    colocation.influence =
        base::parse_bool(config.influence).value_or(status_.resource(dependent).critical);
    add_colocation(colocation);
  };
  std::optional<ResolvedSet> previous;
  for (const ResourceSet& set : sets) {
    const ResolvedSet resolved = resolve_set(status_, set);
    const base::Score within =
        set.score.empty() ? between
                          : model::read_score(set.score, status_.options.health).value_or(between);
    const bool along = set.ordering.empty() || set.ordering == "group";
    const auto& members = resolved.resources;
    for (std::size_t i = 1; i < members.size() && is_sequential(set); ++i) {
      if (within.value() < 0) {
        for (std::size_t j = 0; j < i; ++j) relate(members[i], members[j], set, set, within);
      } else if (along) {
        relate(members[i], members[i - 1], set, set, within);
      } else {
        relate(members[i - 1], members[i], set, set, within);
      }
    }
    if (previous) {
      const Pairing pairing = pair_sets(*previous, resolved);
      for (const RscId dependent : pairing.dependents) {
        for (const RscId primary : pairing.primaries) {
          relate(dependent, primary, *previous->config, set, between);
        }
      }
    }
    previous = resolved;
  }
}

bool Placer::inherits_from_bundle(RscId bundle, RscId asked) const {
  if (asked == bundle) return true;
  for (const Replica& replica : status_.resource(bundle).bundle.replicas) {
    if (replica.container == asked) return true;
  }
  return choosing_roles_ && clone_of(status_, asked).has_value() && in_promotable(status_, asked);
}

void Placer::collect_this_with(RscId id, RscId asked, ColocationList& list) const {
  const Resource& rsc = status_.resource(id);
  const auto insert = [&](const Colocation* added) {
    const auto place = std::find_if(list.begin(), list.end(), [&](const Colocation* other) {
      return !goes_before(other->primary, added->primary);
    });
    list.insert(place, added);
  };
  if (rsc.is_bundle() && !inherits_from_bundle(id, asked)) return;
  const ColocationList& own = out_.this_with[id.value()];
  if (!rsc.is_group() || asked == id || rsc.children.empty()) {
    add_inherited(own, list, insert);
    if (!rsc.is_group()) {
      if (rsc.parent) collect_this_with(*rsc.parent, asked, list);
      return;
    }
  } else if (rsc.children.front() == asked) {
    add_inherited(own, list, insert);
  } else {
    for (const RscId member : rsc.children) {
      if (member == asked) break;
      if (out_.resource(member).managed) continue;
      for (const Colocation* colocation : own) {
        if (colocation->score.is_plus_infinity()) insert(colocation);
      }
      break;
    }
    return;
  }
  if (rsc.parent) collect_this_with(*rsc.parent, asked, list);
  if (!rsc.collocated) return;
  for (const RscId member : rsc.children) {
    if (member == asked) continue;
    for (const Colocation* colocation : out_.this_with[member.value()]) {
      if (colocation->configured) insert(colocation);
    }
  }
}

void Placer::collect_with_this(RscId id, RscId asked, ColocationList& list) const {
  const Resource& rsc = status_.resource(id);
  const auto insert = [&](const Colocation* added) {
    const auto place = std::find_if(list.begin(), list.end(), [&](const Colocation* other) {
      return !goes_before(other->dependent, added->dependent);
    });
    list.insert(place, added);
  };
  if (rsc.is_bundle() && !inherits_from_bundle(id, asked)) return;
  if (rsc.is_group() && asked != id) {
    if (rsc.children.empty() || rsc.children.back() != asked) return;
  }
  add_inherited(out_.with_this[id.value()], list, insert);
  if (rsc.parent) collect_with_this(*rsc.parent, asked, list);
  if (!rsc.is_group() || !rsc.collocated) return;
  for (const RscId member : rsc.children) {
    if (member == asked) continue;
    for (const Colocation* colocation : out_.with_this[member.value()]) {
      if (colocation->configured) insert(colocation);
    }
  }
}

ColocationList Placer::this_with(RscId rsc) const {
  ColocationList list;
  collect_this_with(rsc, rsc, list);
  return list;
}

ColocationList Placer::with_this(RscId rsc) const {
  ColocationList list;
  collect_with_this(rsc, rsc, list);
  return list;
}

}  // namespace systole::policy
