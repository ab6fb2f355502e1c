#include "tests/unit/policy/explain/explained.h"

#include <gtest/gtest.h>

#include "policy/status/queries.h"

namespace systole::policy::explain {

Explained::Explained(const Cluster& cluster, const std::string& id) {
  snapshot = std::move(plan_for(cluster).snapshot);
  plan = policy::plan(*snapshot, 1, Reasons::kKept);
  explanation = explain(plan, *find_resource(*plan.status, id));
}

const NodeVerdict& Explained::on(const std::string& node) const {
  for (const NodeVerdict& verdict : explanation.nodes) {
    if (name(verdict.node) == node) return verdict;
  }
  ADD_FAILURE() << "nothing is said of node " << node;
  return explanation.nodes.front();
}

}  // namespace systole::policy::explain
