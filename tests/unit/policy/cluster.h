#pragma once

#include <memory>
#include <string>

#include "lib/model/snapshot.h"
#include "policy/plan.h"

namespace systole::policy {

/// A small cluster written in XML fragments: nodes a and b are members, fencing is off.
struct Cluster {
  std::string properties{};  ///< nvpair elements
  std::string resources{};
  std::string constraints{};
  std::string attributes_a{};  ///< nvpair elements of node a's transient attributes
  std::string history_a{};     ///< lrm_resource elements
  std::string history_b{};
  bool quorate = true;

  /// The CIB; `now` is 1700000000.
  std::string xml() const;
};

/// A plan and the snapshot that it refers to.
struct Planned {
  std::unique_ptr<model::Snapshot> snapshot;
  Plan plan;

  const PlacedResource& placed(const std::string& id) const;
  const Resource& resource(const std::string& id) const;
  /// Whether the transition holds the action with this key on this node.
  bool does(const std::string& key, const std::string& node) const;
  std::size_t real_actions() const;
};

Planned plan_for(const std::string& xml);
inline Planned plan_for(const Cluster& cluster) {
  return plan_for(cluster.xml());
}

/// An `lrm_resource` of agent ocf:test:Agent with the given operations inside.
std::string history(const std::string& id, const std::string& operations);
/// An `lrm_rsc_op`; `call` orders operations.
std::string done(const std::string& id, const std::string& task, int call, int rc = 0,
                 int expected = 0, int interval_ms = 0);
std::string primitive(const std::string& id, const std::string& inner = "");
std::string meta(const std::string& name, const std::string& value);
std::string nvpair(const std::string& name, const std::string& value);

}  // namespace systole::policy
