// The rules that fill the tables before anything is assigned: stickiness, failure bans, discovery,
// shutdown locks, kinds of nodes.

#include <algorithm>

#include "policy/placement/placer.h"
#include "policy/status/fail_counts.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

RscId nth(std::size_t i) {
  return RscId(static_cast<std::uint32_t>(i));
}

bool has_fail_counts(const Node& node) {
  return std::any_of(node.attributes.begin(), node.attributes.end(), [](const auto& attribute) {
    return attribute.name.starts_with("fail-count-");
  });
}

bool is_clearing(const Status& status, RscId rsc, NodeId node) {
  return std::any_of(status.demands.begin(), status.demands.end(), [&](const Demand& demand) {
    return demand.kind == Demand::Kind::kClearFailures && demand.resource == rsc &&
           demand.node == node;
  });
}

bool may_be_locked(const Status& status, const Resource& rsc) {
  if (!rsc.is_primitive() || rsc.is_fence_device() || rsc.is_remote_connection) return false;
  if (!rsc.parent) return true;
  const Resource& parent = status.resource(*rsc.parent);
  return parent.is_group() && !parent.parent;
}

}  // namespace

void Placer::apply_stickiness() {
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const Resource& rsc = status_.resources[i];
    if (!rsc.is_primitive() || !out_.resources[i].managed) continue;
    if (rsc.stickiness.value() < 1 || rsc.active_on.size() != 1) continue;
    const NodeId node = rsc.active_on.front();
    if (!status_.options.symmetric && !cell(nth(i), node).present) continue;
    adjust(nth(i), node, rsc.stickiness, {ScoreCause::kStickiness});
  }
}

void Placer::apply_failure_bans() {
  for (const NodeId node : status_.node_order) {
    if (!has_fail_counts(status_.node(node))) continue;
    for (std::size_t i = 0; i < status_.resources.size(); ++i) {
      const Resource& rsc = status_.resources[i];
      if (!rsc.is_primitive() || rsc.migration_threshold.value() == 0) continue;
      if (rsc.failure_ignored) continue;
      const FailCount failed = fail_count(status_, nth(i), node, Expiry::kApplied);
      if (failed.count.value() <= 0 || failed.count < rsc.migration_threshold) continue;
      if (is_clearing(status_, nth(i), node)) continue;
      const RscId banned = rsc.unique ? nth(i) : clone_of(status_, nth(i)).value_or(nth(i));
      out_.remarks.add(
          remark::ThresholdReached{banned, node, failed.count, rsc.migration_threshold});
      adjust_tree(banned, node, base::Score::minus_infinity(),
                  {ScoreCause::kMigrationThreshold, {}, nth(i)});
    }
  }
}

void Placer::apply_exclusive_discovery() {
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const RscId top = top_of(status_, nth(i));
    if (!out_.resources[i].exclusive_discovery && !out_.resource(top).exclusive_discovery) {
      continue;
    }
    for (std::size_t n = 0; n < out_.nodes.size(); ++n) {
      const NodeId node(static_cast<std::uint32_t>(n));
      const TableCell& at = cell(nth(i), node);
      if (!at.present || at.discovery == Discovery::kExclusive) continue;
      ban(nth(i), node, {ScoreCause::kDiscovery});
    }
  }
}

void Placer::apply_shutdown_locks() {
  if (!status_.options.shutdown_lock) return;
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const Resource& rsc = status_.resources[i];
    PlacedResource& placed = out_.resources[i];
    if (!may_be_locked(status_, rsc)) continue;
    if (placed.lock_node) {
      if (!rsc.active_on.empty()) {
        out_.released_locks.emplace_back(nth(i), *placed.lock_node);
        placed.lock_node.reset();
      }
    } else if (rsc.active_on.size() == 1) {
      const Node& node = status_.node(rsc.active_on.front());
      if (node.shutdown && !node.unclean) {
        placed.lock_node = rsc.active_on.front();
        const auto since = model::leading_time(node.attributes.value_or("shutdown", "0"));
        placed.lock_time = since && *since > 0 ? *since : status_.snapshot->now;
      }
    }
    if (!placed.lock_node) continue;
    for (std::size_t n = 0; n < out_.nodes.size(); ++n) {
      const NodeId node(static_cast<std::uint32_t>(n));
      if (node == *placed.lock_node) continue;
      ban(nth(i), node, {ScoreCause::kShutdownLock});
    }
  }
}

void Placer::imply_for_launched(RscId id) {
  const Resource& rsc = status_.resource(id);
  const RscId launcher = *rsc.launcher;
  const auto keep_to = [&](NodeId only) {
    for (std::size_t n = 0; n < out_.nodes.size(); ++n) {
      const NodeId node(static_cast<std::uint32_t>(n));
      if (node != only && cell(id, node).present) {
        ban(id, node, {ScoreCause::kNodeKind, {}, launcher});
      }
    }
  };
  if (status_.resource(launcher).is_remote_connection) {
    if (status_.resource(launcher).remote_node) keep_to(*status_.resource(launcher).remote_node);
    return;
  }
  if (is_guest_container(status_, launcher) && !rsc.is_remote_connection) {
    for (const RscId launched : status_.resource(launcher).launched) {
      const Resource& connection = status_.resource(launched);
      if (connection.is_remote_connection && connection.remote_node) {
        keep_to(*connection.remote_node);
        return;
      }
    }
  }
  const bool in_bundle = rsc.is_remote_connection && bundle_of(status_, id).has_value();
  Colocation colocation;
  colocation.id = "#resource-with-container";
  colocation.dependent = id;
  colocation.primary = launcher;
  colocation.score = in_bundle ? base::Score(10000) : base::Score::infinity();
  colocation.configured = false;
  colocation.influence = true;
  add_colocation(colocation);
  if (!rsc.is_remote_connection || in_bundle) return;
  for (std::size_t n = 0; n < out_.nodes.size(); ++n) {
    const NodeId node(static_cast<std::uint32_t>(n));
    if (status_.node(node).is_remote_kind() && cell(launcher, node).present) {
      ban(launcher, node, {ScoreCause::kNodeKind});
    }
  }
}

/// A container runs neither inside itself nor inside another bundle's, whatever a constraint says.
void Placer::keep_off_bundle_nodes(RscId id) {
  for (std::size_t n = 0; n < out_.nodes.size(); ++n) {
    const NodeId node(static_cast<std::uint32_t>(n));
    const bool candidate = cell(id, node).present && cell(id, node).score.value() >= 0;
    if (candidate && status_.node(node).kind == NodeKind::kBundle) {
      ban(id, node, {ScoreCause::kNodeKind});
    }
  }
}

void Placer::add_implied_constraints() {
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const Resource& rsc = status_.resources[i];
    if (rsc.is_primitive()) {
      if (!out_.resources[i].managed) continue;
      if (rsc.launcher) imply_for_launched(nth(i));
      if (!rsc.is_remote_connection && !rsc.is_fence_device()) continue;
      for (std::size_t n = 0; n < out_.nodes.size(); ++n) {
        const NodeId node(static_cast<std::uint32_t>(n));
        if (!status_.node(node).is_remote_kind() || !cell(nth(i), node).present) continue;
        ban(nth(i), node, {ScoreCause::kNodeKind});
      }
    } else if (rsc.is_group() && rsc.collocated) {
      for (std::size_t m = 1; m < rsc.children.size(); ++m) {
        Colocation colocation;
        colocation.id = "#group-members";
        colocation.dependent = rsc.children[m];
        colocation.primary = rsc.children[m - 1];
        colocation.score = base::Score::infinity();
        colocation.influence = status_.resource(rsc.children[m]).critical;
        colocation.configured = false;
        add_colocation(colocation);
      }
    } else if (rsc.is_bundle()) {
      for (const Replica& replica : rsc.bundle.replicas) {
        keep_off_bundle_nodes(replica.container);
        if (!replica.address) continue;
        keep_off_bundle_nodes(*replica.address);
        Colocation colocation;
        colocation.id = "#ip-with-container";
        colocation.dependent = *replica.address;
        colocation.primary = replica.container;
        colocation.score = base::Score::infinity();
        colocation.configured = false;
        add_colocation(colocation);
      }
    }
  }
}

}  // namespace systole::policy
