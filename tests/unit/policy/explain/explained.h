#pragma once

#include <string>

#include "policy/explain/explanation.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy::explain {

/// The explanation of one resource of a small cluster, with what it refers to.
struct Explained {
  Explained(const Cluster& cluster, const std::string& id);

  const NodeVerdict& on(const std::string& node) const;
  std::string name(NodeId node) const { return std::string(plan.status->node(node).name); }

  std::unique_ptr<model::Snapshot> snapshot;
  Plan plan;
  Explanation explanation;
};

}  // namespace systole::policy::explain
