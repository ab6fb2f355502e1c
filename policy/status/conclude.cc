#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/history_entry.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

void mark_known(Status& status, RscId id, NodeId node) {
  for (std::optional<RscId> at = id; at; at = status.resource(*at).parent) {
    Resource& rsc = status.resource(*at);
    if (!is_known_on(rsc, node)) rsc.known_on.push_back(node);
    if (rsc.unique) break;
  }
}

void demand(HistoryEntry& entry, Demand::Kind kind, RscId rsc, std::string_view operation) {
  entry.status.demands.push_back({kind, rsc, entry.node, operation, 0, {}});
}

void fail(Resource& rsc) {
  rsc.failed = true;
  rsc.must_stop = true;
}

/// A managed resource that is active where nobody can look makes fencing necessary.
void fence_for_active(HistoryEntry& entry) {
  Resource& rsc = entry.resource();
  Node& node = entry.at();
  if (!rsc.managed || node.online || node.maintenance) return;
  Status& status = entry.status;
  if (node.is_guest()) {
    fail(rsc);
    request_fence(status, entry.node,
                  keep(status, base::cat(rsc.id, " is thought to be active there")));
    return;
  }
  if (!status.options.fencing_enabled) return;
  if (node.kind == NodeKind::kRemote && node.connection &&
      !status.resource(*node.connection).failed) {
    node.unseen = true;
    request_fence(status, entry.node,
                  keep(status, base::cat(rsc.id,
                                         " is active there (fencing will be revoked if remote "
                                         "connection can be re-established elsewhere)")));
    return;
  }
  if (node.kind == NodeKind::kRemote) node.unseen = false;
  request_fence(status, entry.node,
                keep(status, base::cat(rsc.id, " is thought to be active there")));
}

void restart_container(HistoryEntry& entry, bool active) {
  Resource& rsc = entry.resource();
  fail(rsc);
  if (rsc.launcher) {
    // Where a bundle's container runs may not be known yet; the actions stage stops it everywhere.
    entry.status.demands.push_back(
        {Demand::Kind::kStop, *rsc.launcher, entry.node, "stop", 0, "container"});
  } else if (active) {
    demand(entry, Demand::Kind::kStop, entry.id, "stop");
  }
}

void reset_remote(HistoryEntry& entry, bool active) {
  Resource& rsc = entry.resource();
  Status& status = entry.status;
  fail(rsc);
  if (status.options.fencing_enabled && rsc.remote_node) {
    const NodeId remote = *rsc.remote_node;
    if (!status.node(remote).fenced_since_start) {
      status.node(remote).unseen = false;
      request_fence(status, remote, "remote connection is unrecoverable");
    }
  }
  if (active) demand(entry, Demand::Kind::kStop, entry.id, "stop");
  if (rsc.reconnect_interval_ms > 0) rsc.next_role = Role::kStopped;
}

void apply_strategy(HistoryEntry& entry, OnFail on_fail, bool active) {
  Resource& rsc = entry.resource();
  Status& status = entry.status;
  switch (on_fail) {
    case OnFail::kIgnore:
      break;
    case OnFail::kDemote:
      rsc.failed = true;
      demand(entry, Demand::Kind::kDemote, entry.id, "demote");
      break;
    case OnFail::kFence:
      request_fence(status, entry.node, keep(status, base::cat(rsc.id, " failed there")));
      break;
    case OnFail::kStandby:
      entry.at().standby = true;
      entry.at().standby_on_fail = true;
      break;
    case OnFail::kBlock:
      rsc.managed = false;
      rsc.blocked = true;
      break;
    case OnFail::kBan:
      adjust(status, entry.id, entry.node,
             {base::Score::minus_infinity(), {ScoreCause::kFailure, {}, entry.id}});
      break;
    case OnFail::kStop:
      rsc.next_role = Role::kStopped;
      break;
    case OnFail::kRestart:
      if (!active) break;
      fail(rsc);
      demand(entry, Demand::Kind::kStop, entry.id, "stop");
      break;
    case OnFail::kRestartContainer:
      restart_container(entry, active);
      break;
    case OnFail::kResetRemote:
      reset_remote(entry, active);
      break;
  }
}

/// Inactive entries of numbered instances do not name the instance that they were mapped to.
void drop_numbered_alias(Status& status, Resource& rsc) {
  if (rsc.alias.find(':') == std::string_view::npos) return;
  const auto found = status.by_alias.find(rsc.alias);
  if (found != status.by_alias.end() && &status.resource(found->second) == &rsc) {
    status.by_alias.erase(found);
  }
  rsc.alias = {};
}

void block_family(Status& status, RscId id) {
  status.resource(id).managed = false;
  status.resource(id).blocked = true;
  const auto parent = status.resource(id).parent;
  if (!parent) return;
  const Resource& family = status.resource(*parent);
  const bool shared = family.is_group() || family.is_bundle();
  if (!shared || family.multiple_active != MultipleActive::kBlock) return;
  for (const RscId sibling : family.children) {
    status.resource(sibling).managed = false;
    status.resource(sibling).blocked = true;
  }
}

}  // namespace

void add_active_node(Status& status, RscId id, NodeId node) {
  Resource& rsc = status.resource(id);
  if (is_active_on(rsc, node)) return;
  rsc.active_on.push_back(node);
  if (rsc.is_primitive()) status.node(node).active.push_back(id);
  if (rsc.is_primitive() && status.node(node).maintenance) {
    rsc.managed = false;
    rsc.maintenance = true;
  }
  if (!rsc.managed) {
    TableCell& cell = status.tables.at(id, node);
    cell.score = cell.present ? cell.score + base::Score::infinity() : base::Score::infinity();
    cell.present = true;
    status.ledger.add(id, node, base::Score::infinity(), {ScoreCause::kUnmanaged});
    if (!status.node(node).online) return;
    for (auto at = rsc.parent; at; at = status.resource(*at).parent) {
      Resource& parent = status.resource(*at);
      if (!is_active_on(parent, node)) parent.active_on.push_back(node);
    }
    return;
  }
  const CurrentNode current = current_node(status, id);
  const std::size_t counted = rsc.needs_fencing() ? current.active : current.clean;
  if (rsc.is_primitive() && counted > 1) {
    if (rsc.multiple_active == MultipleActive::kStopOnly) {
      adjust_everywhere(status, id, {base::Score::minus_infinity(), {ScoreCause::kMultipleActive}});
    } else if (rsc.multiple_active == MultipleActive::kBlock) {
      block_family(status, id);
    }
  }
  if (rsc.parent) add_active_node(status, *rsc.parent, node);
}

void conclude(HistoryEntry& entry, Role role_before) {
  Status& status = entry.status;
  Resource& rsc = entry.resource();
  if (rsc.role != Role::kUnknown) mark_known(status, entry.id, entry.node);
  const bool active = rsc.role > Role::kStopped;
  if (active) fence_for_active(entry);
  const OnFail on_fail = entry.at().unclean ? OnFail::kIgnore : entry.on_fail;
  apply_strategy(entry, on_fail, active);
  if (active) {
    if (rsc.removed) status.remarks.add(remark::RemovedActive{entry.id, entry.node});
    add_active_node(status, entry.id, entry.node);
    if (on_fail == OnFail::kDemote || on_fail == OnFail::kBlock) {
      rsc.failed = true;
    } else if (on_fail != OnFail::kIgnore) {
      fail(rsc);
    }
  } else {
    demand(entry, Demand::Kind::kStopUnneeded, entry.id, "stop");
    drop_numbered_alias(status, rsc);
  }
  if (rsc.role == Role::kStopped && !rsc.active_on.empty() && rsc.partial_source == entry.node) {
    rsc.role = Role::kStarted;
  }
  Role limit = Role::kUnknown;
  std::swap(limit, rsc.next_role);
  apply_target_role(status, entry.id);
  if (rsc.next_role == Role::kUnknown || (limit != Role::kUnknown && limit < rsc.next_role)) {
    rsc.next_role = limit;
  }
  rsc.role = std::max(role_before, rsc.role);
}

}  // namespace systole::policy
