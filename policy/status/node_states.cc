#include <optional>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

constexpr std::int64_t kUnknownTime = -1;

/// Since when a node is in the membership (or a process in its group): 0 for not, -1 for unknown.
/// Older records hold a boolean in place of the time.
std::int64_t membership_time(Text text, std::int64_t now) {
  if (text.empty()) return kUnknownTime;
  if (const auto flag = base::parse_bool(text); flag && text != "1" && text != "0") {
    return *flag ? now : 0;
  }
  return model::leading_time(text).value_or(kUnknownTime);
}

std::int64_t process_time(Text text) {
  if (text == "online") return 1;
  if (text.empty() || text == "offline") return 0;
  return model::leading_integer(text).value_or(0);
}

std::optional<NodeId> match(const Status& status, const model::NodeState& state) {
  if (const auto found = status.node_by_id.find(state.id); found != status.node_by_id.end()) {
    return found->second;
  }
  const auto found = status.node_by_name.find(state.name);
  if (found != status.node_by_name.end() && !state.name.empty()) return found->second;
  return std::nullopt;
}

bool is_termination_requested(const Node& node) {
  const auto value = node.attributes.find("terminate");
  if (!value) return false;
  if (const auto flag = base::parse_bool(*value)) return *flag;
  return model::leading_integer(*value).value_or(0) > 0;
}

struct Membership {
  std::int64_t in_cluster = 0;
  std::int64_t process = 0;
  bool termination_requested = false;
};

void make_pending(Node& node) {
  node.pending = true;
  node.standby = true;
}

void determine_without_fencing(Status& status, NodeId id, const Membership& member) {
  Node& node = status.node(id);
  if (member.in_cluster <= 0) return;
  if (member.process > 0) {
    node.online = node.state->join == "member";
  } else if (node.state->expected == "member" && !node.shutdown) {
    request_fence(status, id, "peer is unexpectedly down");
  }
}

/// A node that nobody expects to be up.
void determine_unexpected(Status& status, NodeId id, const Membership& member) {
  const std::int64_t timeout = model::to_seconds(status.options.node_pending_timeout_ms);
  if (timeout > 0 && member.in_cluster > 0 && member.process <= 0) {
    const std::int64_t deadline = member.in_cluster + timeout;
    note_change(status, deadline);
    if (status.snapshot->now >= deadline) {
      request_fence(status, id, "peer pending timed out on joining the process group");
      return;
    }
  }
  if (member.in_cluster > 0 || member.process > 0) make_pending(status.node(id));
}

void determine_with_fencing(Status& status, NodeId id, const Membership& member) {
  Node& node = status.node(id);
  const Text join = node.state->join;
  if (node.shutdown) {
    node.online = member.process > 0;
    return;
  }
  if (member.in_cluster == kUnknownTime) {
    request_fence(status, id, "peer has not been seen by the cluster");
    return;
  }
  node.online = member.in_cluster > 0;
  if (join == "banned") {
    request_fence(status, id, "peer failed Pacemaker membership criteria");
  } else if (member.termination_requested) {
    const bool gone = member.in_cluster <= 0 && member.process <= 0 && join == "down";
    if (!gone) request_fence(status, id, "fencing was requested");
  } else if (node.state->expected.empty() || node.state->expected == "down") {
    determine_unexpected(status, id, member);
  } else if (member.in_cluster <= 0) {
    request_fence(status, id, "peer is no longer part of the cluster", true);
  } else if (member.process <= 0) {
    request_fence(status, id, "peer process is no longer available");
  } else if (join == "pending" || join == "down") {
    make_pending(node);
  } else if (join != "member") {
    request_fence(status, id, "peer was in an unknown state");
  }
}

void read_transient_attributes(Status& status, Node& node) {
  AttributeTable transient;
  collect(node.state->attributes, time_context(status), transient);
  for (const model::NameValue& attribute : transient) {
    node.attributes.set(attribute.name, attribute.value);
  }
  if (const auto site = node.attributes.find("site-name")) node.attributes.set("#site-name", *site);
}

bool is_shutdown_requested(const Node& node) {
  return node.attributes.value_or("shutdown", "0") != "0";
}

void read_cluster_state(Status& status, NodeId id) {
  Node& node = status.node(id);
  node.unclean = false;
  node.unseen = false;
  read_transient_attributes(status, node);
  node.standby = model::is_true(node.attributes.value_or("standby", "false"));
  node.maintenance = model::is_true(node.attributes.value_or("maintenance", "false"));
  node.shutdown = is_shutdown_requested(node);
  Membership member;
  member.in_cluster = membership_time(node.state->in_ccm, status.snapshot->now);
  member.process = process_time(node.state->crmd);
  member.termination_requested = is_termination_requested(node);
  if (status.options.fencing_enabled) {
    determine_with_fencing(status, id, member);
  } else {
    determine_without_fencing(status, id, member);
  }
  if (node.unclean) status.remarks.add(remark::NodeUnclean{id});
  if (!node.online || node.shutdown) node.base_score = base::Score::minus_infinity();
  const bool fence_all =
      !status.quorate && status.options.no_quorum_policy == NoQuorumPolicy::kFence;
  if (node.online && fence_all) request_fence(status, id, "cluster does not have quorum");
}

/// The part of a remote node's state that does not depend on its connection.
void read_remote_state(Status& status, NodeId id) {
  Node& node = status.node(id);
  node.fenced_since_start = model::leading_integer(node.state->node_fenced).value_or(0) != 0;
  node.was_in_maintenance =
      model::leading_integer(node.state->node_in_maintenance).value_or(0) != 0;
}

}  // namespace

void read_node_states(Status& status) {
  for (const model::NodeState& state : status.snapshot->states) {
    const auto id = match(status, state);
    const bool is_nameless = state.name.empty() && !state.remote;
    if (!id || state.id.empty() || is_nameless) status.remarks.add(remark::StateIgnored{&state});
    if (!id) continue;
    status.node(*id).state = &state;
    if (status.node(*id).is_remote_kind()) {
      read_remote_state(status, *id);
    } else {
      read_cluster_state(status, *id);
    }
  }
}

void determine_remote_online(Status& status, NodeId id) {
  Node& node = status.node(id);
  node.online = false;
  if (!node.connection) return;
  const Resource& connection = status.resource(*node.connection);
  const auto container = connection.launcher;
  if (connection.role >= Role::kStarted) {
    node.online = true;
    if (connection.next_role == Role::kStopped) node.shutdown = true;
  }
  const bool container_failed = container && status.resource(*container).failed;
  if (container_failed) {
    node.online = false;
    node.needs_reset = true;
  } else if (connection.failed) {
    node.online = false;
  } else if (connection.role == Role::kStopped ||
             (container && status.resource(*container).role == Role::kStopped)) {
    node.online = false;
    node.needs_reset = false;
  } else if (container && connection.active_on.size() == 1) {
    const Node& host = status.node(connection.active_on.front());
    if (!host.online && host.unclean) {
      node.online = false;
      node.needs_reset = true;
    }
  }
}

void read_connected_state(Status& status, NodeId id) {
  determine_remote_online(status, id);
  Node& node = status.node(id);
  if (node.state == nullptr) return;
  if (!node.needs_reset) {
    node.unclean = false;
    node.unseen = false;
  }
  read_transient_attributes(status, node);
  const Resource* connection = node.connection ? &status.resource(*node.connection) : nullptr;
  if (is_shutdown_requested(node)) node.shutdown = true;
  if (model::is_true(node.attributes.value_or("standby", "false"))) node.standby = true;
  if (model::is_true(node.attributes.value_or("maintenance", "false")) ||
      (connection != nullptr && !connection->managed)) {
    node.maintenance = true;
  }
  const auto discovery = node.attributes.find("resource-discovery-enabled");
  const bool may_disable = node.kind != NodeKind::kRemote || status.options.fencing_enabled;
  if (discovery && !model::is_true(*discovery) && may_disable) node.discovery = false;
}

}  // namespace systole::policy
