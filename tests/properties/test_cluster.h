#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "lib/model/snapshot.h"
#include "lib/xml/document.h"
#include "policy/plan.h"
#include "policy/tool/cluster_copy.h"
#include "tests/properties/cluster_generator.h"

namespace systole::properties {

/// A plan and the snapshot that it refers to.
struct Planned {
  std::unique_ptr<model::Snapshot> snapshot;
  policy::Plan plan;
};

/// A cluster on paper: its CIB, and what carrying out a plan does to it.
class TestCluster {
 public:
  /// Its time is `now`, or that of the newest result that it holds.
  explicit TestCluster(const std::string& cib, std::int64_t now = kNow);

  Planned plan() const;
  /// Carries a plan out, every action with success, as a cluster would: nodes leave, failures are
  /// forgotten, fenced nodes are down. False: actions wait for what never happens.
  bool carry_out(const policy::Plan& plan);

  policy::tool::ClusterCopy& copy() { return copy_; }
  xml::Element root() const {
    return const_cast<policy::tool::ClusterCopy&>(copy_).document().root();
  }
  /// The state of a node, which is null where there is none.
  xml::Element state_of(std::string_view node) const;
  xml::Element state_or_new(std::string_view node);
  void set_attribute(std::string_view node, std::string_view name, std::string_view value);
  std::string text() const;
  std::int64_t now() const { return now_; }

 private:
  /// Keeps what is stopped in this transition.
  void follow(const model::GraphAction& action);
  /// A recurring monitor begins again with the connection to a node, even for a resource that has
  /// left meanwhile. It would fail; here it leaves no trace.
  bool finds_nothing(const model::GraphAction& action) const;
  void perform(const policy::Status& status, const model::GraphAction& action);
  void fence(const policy::Status& status, const model::GraphAction& action);
  void take_down(std::string_view uuid);
  void clear_failures(const model::GraphAction& action);
  void delete_history(const model::GraphAction& action);
  void cancel(const model::GraphAction& action);
  /// What a node recorded about the resource of an action; null where it is nothing.
  xml::Element history_of(const model::GraphAction& action) const;

  policy::tool::ClusterCopy copy_;
  std::int64_t now_ = 0;
  std::set<std::pair<std::string, std::string>> stopped_;  ///< resources and nodes
};

}  // namespace systole::properties
