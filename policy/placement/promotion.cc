#include <algorithm>

#include "lib/base/strings.h"
#include "policy/placement/placer.h"
#include "policy/status/history_keys.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

/// Whether any part of `rsc` is active (or known) on the node.
bool active_here(const Status& status, RscId rsc, NodeId node) {
  bool out = false;
  for_each_primitive(status, rsc,
                     [&](RscId id) { out = out || is_active_on(status.resource(id), node); });
  return out;
}

bool known_here(const Status& status, RscId rsc, NodeId node) {
  bool out = false;
  for_each_primitive(status, rsc,
                     [&](RscId id) { out = out || is_known_on(status.resource(id), node); });
  return out;
}

}  // namespace

/// Whether the promotion score that the agent left on `node` is about this instance.
bool Placer::promotion_counts(RscId id, NodeId node) const {
  const Resource& rsc = status_.resource(id);
  const auto clone = clone_of(status_, id);
  if (!rsc.unique && clone) {
    if (is_active_on(rsc, node)) return true;
    if (presence_.is_inactive_on(*clone, rsc.base_id, node)) return true;
  }
  if (rsc.active_on.empty() && rsc.known_on.empty()) return true;
  return known_here(status_, id, node) || active_here(status_, id, node);
}

std::optional<base::Score> Placer::promotion_score(RscId id, NodeId node) const {
  const Resource& rsc = status_.resource(id);
  if (!rsc.is_primitive()) {
    base::Score sum;
    bool any = false;
    for (const RscId member : rsc.children) {
      if (const auto score = promotion_score(member, node)) {
        sum += *score;
        any = true;
      }
    }
    return any ? std::optional(sum) : std::nullopt;
  }
  const TableCell& at = cell(id, node);
  if (!promotion_counts(id, node) || !at.present || at.score.value() < 0) return std::nullopt;
  const Text name = rsc.history_name();
  const bool assigned = out_.resource(id).assigned;
  auto value = chosen_attribute(id, node, base::cat("master-", name), assigned);
  if (!value && !rsc.unique) {
    value = chosen_attribute(id, node, base::cat("master-", base_name(name)), assigned);
  }
  if (!value) return std::nullopt;
  return model::read_score(*value, status_.options.health).value_or(base::Score());
}

void Placer::add_promotion_scores(RscId clone) {
  for (const RscId instance : out_.resource(clone).children) {
    PlacedResource& placed = out_.resource(instance);
    for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
      const NodeId node(static_cast<std::uint32_t>(i));
      if (!cell(instance, node).present || !is_available(node)) continue;
      const base::Score score = promotion_score(instance, node).value_or(base::Score());
      if (score.value() <= 0) continue;
      adjust(instance, node, score, {ScoreCause::kPromotion});
      placed.priority = std::max(placed.priority, score);
    }
  }
}

Role Placer::highest_next_role(RscId id) const {
  Role role = out_.resource(id).next_role;
  for (const RscId child : status_.resource(id).children) {
    role = std::max(role, highest_next_role(child));
  }
  return role;
}

void Placer::set_next_role(RscId id, Role from, Role to) {
  PlacedResource& placed = out_.resource(id);
  if (placed.next_role == from) placed.next_role = to;
  for (const RscId child : status_.resource(id).children) set_next_role(child, from, to);
}

bool Placer::is_ticket_denied(RscId clone) const {
  return ticket_denied_[clone.value()] != 0;
}

/// The value of an instance for promotion, before the clone as a whole is looked at.
void Placer::set_promotion_priority(RscId clone, RscId instance) {
  PlacedResource& placed = out_.resource(instance);
  if (placed.role == Role::kStarted) placed.role = Role::kUnpromoted;
  if (!placed.node) return;
  const NodeId node = *placed.node;
  ScoreCause cause = ScoreCause::kPromotion;
  switch (highest_next_role(instance)) {
    case Role::kStarted:
    case Role::kUnknown:
      if (const auto score = promotion_score(instance, node)) {
        placed.priority = *score;
      } else {
        placed.priority = base::Score(-1);
        cause = ScoreCause::kNoPromotionScore;
      }
      break;
    case Role::kUnpromoted:
    case Role::kStopped:
      placed.priority = base::Score::minus_infinity();
      cause = ScoreCause::kRole;
      break;
    case Role::kPromoted:
      cause = ScoreCause::kRole;
      break;
  }
  ScoreLedger& ledger = out_.ledger;
  ledger.set_value(instance, node, placed.priority, {cause});
  for (const RscId constrained : {instance, clone}) {
    for (const std::size_t place : locations_of_[constrained.value()]) {
      const Location& location = locations_[place];
      if (location.role != Role::kPromoted) continue;
      for (const auto& [where, score] : location.scores) {
        if (where != node) continue;
        placed.priority += score;
        ledger.add_value(instance, node, score, location.why);
      }
    }
  }
  for (const Colocation* colocation : this_with(instance)) {
    const base::Score effect = role_effect(instance, *colocation);
    placed.priority += effect;
    if (effect.value() == 0) continue;
    ledger.add_value(instance, node, effect,
                     {ScoreCause::kColocation, colocation->id, colocation->primary});
  }
  placed.promotion = placed.priority;
  if (highest_next_role(instance) != Role::kPromoted) return;
  placed.promotion = base::Score::infinity();
  ledger.set_value(instance, node, placed.promotion, {ScoreCause::kRole});
}

void Placer::sort_for_promotion(RscId id, std::vector<RscId>& instances) {
  for (const RscId instance : instances) {
    const PlacedResource& placed = out_.resource(instance);
    if (placed.node && placed.promotion.value() >= 0) {
      adjust(id, *placed.node, placed.promotion, {ScoreCause::kPromotion, {}, instance});
    }
  }
  ScoreTables::Row row = out_.tables.row(id);
  std::vector<ScoreEntry> entries;
  for (const Colocation* colocation : with_this(id)) {
    if (colocation->primary_role != Role::kPromoted || !has_influence(*colocation)) continue;
    merge(colocation->dependent, id, row, *colocation,
          MergeMode{.non_negative = true, .entries = out_.ledger.sink(entries)});
  }
  out_.tables.set_row(id, row);
  out_.ledger.add_all(id, entries);
  if (is_ticket_denied(id)) {
    for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
      const NodeId node(static_cast<std::uint32_t>(i));
      ban(id, node, {ScoreCause::kTicket});
    }
  }
  for (const RscId instance : instances) {
    PlacedResource& placed = out_.resource(instance);
    if (!placed.managed && highest_next_role(instance) == Role::kPromoted) {
      placed.promotion = base::Score::infinity();
      if (placed.node) {
        out_.ledger.set_value(instance, *placed.node, placed.promotion, {ScoreCause::kUnmanaged});
      }
    } else if (!placed.node) {
      placed.promotion = base::Score::minus_infinity();
    } else if (placed.promotion.value() >= 0) {
      placed.promotion = cell(id, *placed.node).score;
      out_.ledger.set_value(instance, *placed.node, placed.promotion,
                            {ScoreCause::kParent, {}, id});
    }
  }
  std::stable_sort(instances.begin(), instances.end(), [&](RscId a, RscId b) {
    const PlacedResource& left = out_.resource(a);
    const PlacedResource& right = out_.resource(b);
    if (left.promotion != right.promotion) return left.promotion > right.promotion;
    if (left.role != right.role) return left.role > right.role;
    return compare_instances(a, b, id) < 0;
  });
}

bool Placer::may_promote(RscId clone, RscId instance, const std::vector<int>& promoted_on) const {
  const Resource& rsc = status_.resource(instance);
  if (!rsc.is_primitive()) {
    return std::all_of(rsc.children.begin(), rsc.children.end(),
                       [&](RscId member) { return may_promote(clone, member, promoted_on); });
  }
  const PlacedResource& placed = out_.resource(instance);
  if (!placed.node) return false;
  const NodeId node = *placed.node;
  if (!placed.managed) {
    if (placed.next_role != Role::kPromoted && placed.role != Role::kPromoted) return false;
  } else {
    if (placed.priority.value() < 0 && rsc.instance >= 0 && rsc.parent == clone) return false;
    if (!is_available(node, true)) return false;
  }
  if (!cell(clone, node).present) return false;
  if (placed.managed &&
      promoted_on[node.value()] >= status_.resource(clone).clone.promoted_node_max) {
    return false;
  }
  return true;
}

void Placer::choose_promoted(RscId id) {
  choosing_roles_ = true;
  PlacedResource& clone = out_.resource(id);
  std::vector<RscId>& instances = clone.children;
  for (const RscId instance : instances) {
    const bool placed = out_.resource(instance).node.has_value();
    for_each_primitive(status_, instance, [&](RscId p) {
      if (out_.resource(p).role == Role::kStarted) out_.resource(p).role = Role::kUnpromoted;
    });
    if (!placed) out_.resource(instance).promotion = base::Score::minus_infinity();
    set_promotion_priority(id, instance);
  }
  sort_for_promotion(id, instances);
  std::vector<int> promoted_on(out_.nodes.size());
  int promoted = 0;
  const int limit = status_.resource(id).clone.promoted_max;
  for (const RscId instance : instances) {
    const PlacedResource& placed = out_.resource(instance);
    if (out_.ledger.reported()) {
      out_.score_lines.push_back(
          {ScoreLine::Kind::kPromotion, instance, placed.node, placed.promotion});
    }
    const bool frozen = placed.role < Role::kPromoted && !status_.quorate &&
                        status_.options.no_quorum_policy == NoQuorumPolicy::kFreeze;
    const bool wanted = placed.promotion.value() >= 0 && (promoted < limit || !clone.managed);
    if (wanted && !frozen && placed.node && may_promote(id, instance, promoted_on)) {
      set_next_role(instance, Role::kUnknown, Role::kPromoted);
      ++promoted;
      ++promoted_on[placed.node->value()];
      continue;
    }
    if (!placed.node) {
      if (highest_next_role(instance) <= Role::kUnknown) {
        set_next_role(instance, Role::kUnknown, Role::kStopped);
      }
    } else {
      set_next_role(instance, Role::kUnknown, Role::kUnpromoted);
    }
  }
  for (const RscId instance : instances) {
    out_.resource(instance).priority = status_.resource(id).priority;
  }
  choosing_roles_ = false;
}

}  // namespace systole::policy
