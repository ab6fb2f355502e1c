#include "tests/properties/configured.h"

#include <algorithm>

#include "policy/status/queries.h"

namespace systole::properties {

namespace {

bool names(const std::vector<model::ResourceSet>& sets, const std::string& resource) {
  return std::any_of(sets.begin(), sets.end(), [&](const model::ResourceSet& set) {
    return std::find(set.resources.begin(), set.resources.end(), resource) != set.resources.end();
  });
}

}  // namespace

bool is_ordered(const model::Snapshot& snapshot, const std::string& first,
                const std::string& then) {
  const auto& constraints = snapshot.constraints;
  return std::any_of(constraints.begin(), constraints.end(), [&](const auto& constraint) {
    const auto* order = std::get_if<model::OrderConstraint>(&constraint);
    if (order == nullptr) return false;
    if (order->sets.empty()) return order->first == first && order->then == then;
    return names(order->sets, first) && names(order->sets, then);
  });
}

std::vector<policy::RscId> family_of(const policy::Status& status, policy::RscId rsc) {
  std::vector<policy::RscId> out;
  for (std::optional<policy::RscId> at = rsc; at; at = status.resource(*at).parent) {
    out.push_back(*at);
  }
  return out;
}

bool keep_away(const policy::Plan& plan, policy::RscId a, policy::RscId b, base::Score score) {
  const auto first = family_of(*plan.status, a);
  const auto second = family_of(*plan.status, b);
  const auto has = [](const std::vector<policy::RscId>& family, policy::RscId id) {
    return std::find(family.begin(), family.end(), id) != family.end();
  };
  const auto& all = plan.placement->colocations;
  return std::any_of(all.begin(), all.end(), [&](const policy::Colocation& colocation) {
    if (colocation.score > score) return false;
    const auto [dependent, primary] = std::pair(colocation.dependent, colocation.primary);
    return (has(first, dependent) && has(second, primary)) ||
           (has(second, dependent) && has(first, primary));
  });
}

}  // namespace systole::properties
