#include "policy/status/history_mapping.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/history_keys.h"
#include "policy/status/queries.h"
#include "policy/status/traits.h"

namespace systole::policy {

namespace {

using model::Text;

/// The primitive called `base` (without number) inside an instance.
std::optional<RscId> member_called(const Status& status, RscId instance, Text base) {
  std::optional<RscId> out;
  for_each_primitive(status, instance, [&](RscId id) {
    if (!out && status.resource(id).base_id == base) out = id;
  });
  return out;
}

/// Nodes where an instance runs, or may because an operation is under way there.
struct Located {
  std::vector<NodeId> active;
  std::optional<NodeId> pending;
};

Located locate(const Status& status, RscId instance) {
  Located out;
  out.active = status.resource(instance).active_on;
  for_each_primitive(status, instance, [&](RscId id) {
    const Resource& rsc = status.resource(id);
    if (rsc.pending_node && !out.pending) out.pending = rsc.pending_node;
  });
  return out;
}

/// Picks the instance of an anonymous clone that an entry found on a node stands for.
class InstanceChoice {
 public:
  InstanceChoice(Status& status, RscId clone, NodeId node, Text base)
      : status_(status), clone_(clone), node_(node), base_(base) {}

  std::optional<RscId> choose() {
    search();
    if (!located_ && spare_ && !duplicate_ && !must_not_take_number(*spare_)) located_ = spare_;
    if (located_) return located_;
    const RscId instance = add_clone_instance(status_, clone_);
    for_each_primitive(status_, instance, [&](RscId p) { status_.resource(p).removed = true; });
    status_.resource(instance).removed = true;
    read_all_needs(instance);
    return member_called(status_, instance, base_);
  }

 private:
  void search() {
    for (const RscId instance : status_.resource(clone_).children) {
      const auto member = member_called(status_, instance, base_);
      if (!member) continue;
      const Located where = locate(status_, instance);
      const bool here =
          std::find(where.active.begin(), where.active.end(), node_) != where.active.end() ||
          where.pending == node_;
      if (here) {
        if (!is_active_on(status_.resource(*member), node_)) {
          located_ = member;
          return;
        }
        // A second entry of one node: only an instance that is there as well can be meant.
        duplicate_ = true;
        continue;
      }
      const bool free =
          where.active.empty() && !where.pending && !status_.resource(*member).blocked;
      if (free && !spare_) spare_ = member;
    }
  }

  /// Instances found on nodes that are gone do not take numbers away from those that run.
  bool must_not_take_number(RscId member) const {
    const Node& node = status_.node(node_);
    const bool gone = !node.online || node.unclean;
    const int nodes = static_cast<int>(status_.nodes.size());
    return !status_.resource(member).needs_fencing() && gone && !node.is_guest() &&
           status_.resource(clone_).clone.max != nodes;
  }

  void read_all_needs(RscId instance) {
    for_each_primitive(status_, instance, [&](RscId id) { read_needs(status_, id); });
    read_needs(status_, instance);
  }

  Status& status_;
  RscId clone_;
  NodeId node_;
  Text base_;
  std::optional<RscId> located_;
  std::optional<RscId> spare_;
  bool duplicate_ = false;
};

std::optional<RscId> in_bundle(const Status& status, RscId bundle, NodeId node, Text base) {
  for (const Replica& replica : status.resource(bundle).bundle.replicas) {
    if (replica.node != node || !replica.instance) continue;
    return member_called(status, *replica.instance, base);
  }
  return std::nullopt;
}

}  // namespace

std::optional<RscId> map_entry(Status& status, NodeId node, const model::HistoryResource& record) {
  std::optional<RscId> found = find_resource(status, record.id);
  const Text base = base_name(record.id);
  if (!found) {
    const auto first = find_resource(status, keep(status, base::cat(base, ":0")));
    if (first && !status.resource(*first).unique) found = first;
  }
  if (!found || !status.resource(*found).is_primitive()) return std::nullopt;
  if (status.resource(*found).unique) return found;
  const auto clone = clone_of(status, *found);
  if (!clone) return found;
  if (const auto bundle = bundle_of(status, *clone)) return in_bundle(status, *bundle, node, base);
  return InstanceChoice(status, *clone, node, status.resource(*found).base_id).choose();
}

}  // namespace systole::policy
