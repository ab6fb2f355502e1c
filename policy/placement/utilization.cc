// Capacities of nodes and demands of resources.

#include <algorithm>
#include <limits>
#include <set>

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

/// What a node says nothing about does not limit it.
bool fits(const Amounts& capacity, const Amounts& demand) {
  return std::all_of(capacity.begin(), capacity.end(), [&](const auto& have) {
    return have.second >= amount_or_zero(demand, have.first);
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
  if (sign > 0) return;
  UtilizationLine line{UtilizationLine::Kind::kAssigned, rsc, node,
                       in_glib_order(demand_of(status_.resource(rsc)))};
  out_.utilization_lines.push_back(std::move(line));
}

void Placer::report_capacity(UtilizationLine::Kind kind) {
  for (const NodeId node : status_.node_order) {
    if (status_.node(node).kind == NodeKind::kBundle) continue;
    out_.utilization_lines.push_back(
        {kind, std::nullopt, node, in_glib_order(out_.node(node).capacity)});
  }
}

namespace {

/// What must fit on one node together with a resource.
class Companions {
 public:
  Companions(const Status& status, const Placement& placement)
      : status_(status), placement_(placement) {}

  std::set<RscId> of(RscId rsc) {
    add(rsc);
    return members_;
  }

 private:
  void add(RscId id) {
    if (!members_.insert(id).second) return;
    const Resource& rsc = status_.resource(id);
    follow(id);
    if (rsc.is_group() && rsc.collocated) {
      for (const RscId member : rsc.children) add(member);
    }
    if (rsc.parent && status_.resource(*rsc.parent).is_group() &&
        status_.resource(*rsc.parent).collocated) {
      add(*rsc.parent);
    }
  }

  void follow(RscId id) {
    const auto mandatory = [](const Colocation* c) {
      return c->score.is_plus_infinity() && c->dependent_role == Role::kUnknown &&
             c->primary_role == Role::kUnknown;
    };
    for (const Colocation* c : placement_.this_with[id.value()]) {
      if (mandatory(c)) add(c->primary);
    }
    for (const Colocation* c : placement_.with_this[id.value()]) {
      const bool around_clone =
          status_.resource(id).is_clone() && !status_.resource(c->dependent).is_clone();
      if (mandatory(c) && !around_clone) add(c->dependent);
    }
  }

  const Status& status_;
  const Placement& placement_;
  std::set<RscId> members_;
};

}  // namespace

std::optional<NodeId> Placer::ban_small_nodes(RscId id) {
  Companions companions(status_, out_);
  Amounts together;
  for (const RscId member : companions.of(id)) {
    const Resource& rsc = status_.resource(member);
    RscId counted = member;
    if (rsc.is_clone() && !rsc.children.empty()) counted = rsc.children.front();
    if (!status_.resource(counted).is_primitive() || out_.resource(counted).assigned) continue;
    for (const auto& [name, value] : demand_of(status_.resource(counted))) {
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
