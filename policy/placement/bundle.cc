#include "policy/placement/placer.h"
#include "policy/status/queries.h"

namespace systole::policy {

void Placer::assign_replica(RscId bundle, const Replica& replica) {
  if (replica.address) assign(*replica.address, std::nullopt);
  if (replica.connection) {
    const auto host = out_.resource(replica.container).node;
    if (host && status_.node(*host).is_remote_kind() && status_.node(*host).connection) {
      Colocation colocation;
      colocation.id = "#replica-remote-with-host-remote";
      colocation.dependent = *replica.connection;
      colocation.primary = *status_.node(*host).connection;
      colocation.score = base::Score::infinity();
      colocation.configured = false;
      add_colocation(colocation);
    }
    assign(*replica.connection, std::nullopt);
  }
  if (!replica.instance || !replica.node) return;
  const RscId inner = *status_.resource(bundle).bundle.inner;
  for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    const TableCell& at = cell(*replica.instance, node);
    if (!at.present) continue;
    if (node != *replica.node) {
      replace(*replica.instance, node, base::Score::minus_infinity(), {ScoreCause::kNodeKind});
    } else if (at.score.value() >= 0) {
      replace(*replica.instance, node, base::Score::infinity(), {ScoreCause::kOwnNode});
    }
  }
  assigning_[inner.value()] = 1;
  assign(*replica.instance, *replica.node);
  assigning_[inner.value()] = 0;
}

std::optional<NodeId> Placer::assign_bundle(RscId id) {
  if (assigning_[id.value()] != 0) return std::nullopt;
  assigning_[id.value()] = 1;
  const Resource& bundle = status_.resource(id);
  print_tree(ScoreLine::Kind::kBundle, id);
  std::vector<RscId> containers;
  for (const Replica& replica : bundle.bundle.replicas) containers.push_back(replica.container);
  sort_instances(id, containers);
  assign_instances(id, containers,
                   {static_cast<int>(containers.size()), bundle.bundle.replicas_per_host});
  for (const Replica& replica : bundle.bundle.replicas) assign_replica(id, replica);
  if (bundle.bundle.inner) {
    // Its instances went to their containers; the clone as a whole sees only their nodes.
    const RscId inner = *bundle.bundle.inner;
    for (std::size_t i = 0; i < out_.nodes.size(); ++i) {
      const NodeId node(static_cast<std::uint32_t>(i));
      if (!cell(inner, node).present) continue;
      replace(inner, node, base::Score::minus_infinity(), {ScoreCause::kNodeKind});
    }
    for (const Replica& replica : bundle.bundle.replicas) {
      if (replica.node) replace(inner, *replica.node, base::Score(), {ScoreCause::kOwnNode});
    }
    assign(inner, std::nullopt);
  }
  out_.resource(id).assigned = true;
  assigning_[id.value()] = 0;
  return std::nullopt;
}

}  // namespace systole::policy
