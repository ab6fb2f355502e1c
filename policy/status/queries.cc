#include "policy/status/queries.h"

#include <algorithm>

#include "lib/base/strings.h"

namespace systole::policy {

RuleContext time_context(const Status& status) {
  RuleContext context;
  context.now = {status.snapshot->now, status.snapshot->utc_offset};
  return context;
}

RscId top_of(const Status& status, RscId rsc, bool through_bundles) {
  while (const auto parent = status.resource(rsc).parent) {
    if (!through_bundles && status.resource(*parent).is_bundle()) break;
    rsc = *parent;
  }
  return rsc;
}

std::optional<RscId> clone_of(const Status& status, RscId rsc) {
  for (std::optional<RscId> at = rsc; at; at = status.resource(*at).parent) {
    if (status.resource(*at).is_clone()) return at;
  }
  return std::nullopt;
}

std::optional<RscId> bundle_of(const Status& status, RscId rsc) {
  for (std::optional<RscId> at = rsc; at; at = status.resource(*at).parent) {
    if (status.resource(*at).is_bundle()) return at;
  }
  return std::nullopt;
}

bool is_ancestor(const Status& status, RscId ancestor, RscId rsc) {
  for (auto at = status.resource(rsc).parent; at; at = status.resource(*at).parent) {
    if (*at == ancestor) return true;
  }
  return false;
}

bool in_promotable(const Status& status, RscId rsc) {
  const auto clone = clone_of(status, rsc);
  return clone && status.resource(*clone).clone.promotable;
}

bool in_anonymous_clone(const Status& status, RscId rsc) {
  return status.resource(rsc).instance >= 0 && !status.resource(rsc).unique;
}

void for_each_primitive(const Status& status, RscId rsc, const std::function<void(RscId)>& visit) {
  if (status.resource(rsc).is_primitive()) {
    visit(rsc);
    return;
  }
  for (const RscId child : status.resource(rsc).children) {
    for_each_primitive(status, child, visit);
  }
}

CurrentNode current_node(const Status& status, RscId rsc) {
  return current_node(status, rsc, [&](NodeId node) {
    return status.node(node).online && !status.node(node).unclean;
  });
}

CurrentNode current_node(const Status& status, RscId rsc,
                         const std::function<bool(NodeId)>& is_sound) {
  const Resource& resource = status.resource(rsc);
  CurrentNode out;
  std::vector<NodeId> nodes = resource.active_on;
  if (resource.is_bundle()) {
    nodes.clear();
    for (const Replica& replica : resource.bundle.replicas) {
      for (const NodeId node : status.resource(replica.container).active_on) {
        if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
      }
    }
  }
  bool decided = false;
  for (const NodeId node : nodes) {
    const bool clean = is_sound(node);
    ++out.active;
    out.clean += clean ? 1 : 0;
    if (!out.node) out.node = node;
    if (decided) continue;
    if (resource.partial_source) {
      if (node == *resource.partial_source) {
        out.node = node;
        decided = true;
      }
    } else if (resource.needs_fencing()) {
      decided = true;
    } else if (clean) {
      out.node = node;
      decided = true;
    }
  }
  return out;
}

bool is_active_on(const Resource& rsc, NodeId node) {
  return std::find(rsc.active_on.begin(), rsc.active_on.end(), node) != rsc.active_on.end();
}

bool is_known_on(const Resource& rsc, NodeId node) {
  return std::find(rsc.known_on.begin(), rsc.known_on.end(), node) != rsc.known_on.end();
}

bool is_running_on(const Status& status, const Resource& primitive, NodeId id) {
  const Node& node = status.node(id);
  return node.unclean || node.online || !primitive.managed;
}

namespace {

bool is_primitive_active(const Status& status, const Resource& rsc) {
  return std::any_of(rsc.active_on.begin(), rsc.active_on.end(),
                     [&](NodeId node) { return is_running_on(status, rsc, node); });
}

}  // namespace

bool is_active(const Status& status, RscId rsc, bool all) {
  const Resource& resource = status.resource(rsc);
  if (resource.is_primitive()) return is_primitive_active(status, resource);
  if (resource.is_bundle()) {
    for (const Replica& replica : resource.bundle.replicas) {
      for (const std::optional<RscId>& part :
           {replica.address, replica.instance, std::optional<RscId>(replica.container),
            replica.connection}) {
        if (part && is_active(status, *part, all) != all) return !all;
      }
    }
    return all;
  }
  bool any = false;
  for (const RscId child : resource.children) {
    const bool active = is_active(status, child, all);
    if (all && !active) return false;
    any = any || active;
  }
  return any;
}

bool can_fence(const Status& status, NodeId id) {
  return can_fence(status, id, status.node(id).online);
}

bool can_fence(const Status& status, NodeId id, bool online) {
  const Node& node = status.node(id);
  if (node.is_guest()) {
    const auto container = container_of_node(status, id);
    if (!container) return true;
    const auto& hosts = status.resource(*container).active_on;
    return std::all_of(hosts.begin(), hosts.end(), [&](NodeId host) {
      // A guest never lives inside of a guest, whatever histories say.
      return status.node(host).online || (!status.node(host).is_guest() && can_fence(status, host));
    });
  }
  if (!status.options.fencing_enabled || !status.fencing_possible) return false;
  if (status.quorate || status.options.no_quorum_policy == NoQuorumPolicy::kIgnore) return true;
  if (!online) return false;
  if (node.kind != NodeKind::kRemote || status.options.fence_remote_without_quorum) return true;
  if (!node.connection) return true;
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    const NodeId host(static_cast<std::uint32_t>(i));
    if (status.node(host).is_remote_kind()) continue;  // connections never run there
    const TableCell& cell = status.tables.at(*node.connection, host);
    if (cell.present && cell.score.value() >= 0 && !status.node(host).online) return false;
  }
  return true;
}

std::optional<RscId> find_resource(const Status& status, std::string_view id) {
  if (const auto found = status.by_id.find(id); found != status.by_id.end()) return found->second;
  const auto found = status.by_alias.find(id);
  if (found != status.by_alias.end() && status.resource(found->second).alias == id) {
    return found->second;
  }
  return std::nullopt;
}

bool is_enabled(const model::OperationConfig& op) {
  const model::Text* enabled = model::find_value(op.attributes, "enabled");
  return enabled == nullptr || base::parse_bool(*enabled).value_or(true);
}

namespace {

const model::OperationConfig* find_exactly(const Resource& rsc, std::string_view name,
                                           std::int64_t interval_ms, bool enabled_only) {
  for (const model::OperationConfig& op : rsc.config->operations) {
    if (op.name != name || op.interval_ms != interval_ms) continue;
    if (!enabled_only || is_enabled(op)) return &op;
  }
  return nullptr;
}

}  // namespace

const model::OperationConfig* find_operation(const Resource& rsc, std::string_view name,
                                             std::int64_t interval_ms, bool enabled_only) {
  const model::OperationConfig* op = find_exactly(rsc, name, interval_ms, enabled_only);
  if (op == nullptr && (name == "migrate_to" || name == "migrate_from")) {
    op = find_exactly(rsc, "migrate", 0, enabled_only);
  }
  return op;
}

std::optional<RscId> container_of_node(const Status& status, NodeId node) {
  const auto connection = status.node(node).connection;
  if (!connection) return std::nullopt;
  return status.resource(*connection).launcher;
}

bool is_guest_container(const Status& status, RscId rsc) {
  const auto& launched = status.resource(rsc).launched;
  return std::any_of(launched.begin(), launched.end(),
                     [&](RscId id) { return status.resource(id).is_remote_connection; });
}

AttributeTable parameters_on(const Status& status, RscId rsc, std::optional<NodeId> node) {
  RuleContext context = time_context(status);
  context.agent = &status.resource(rsc).agent;
  if (node) context.node = &status.node(*node).attributes;
  AttributeTable out;
  for (std::optional<RscId> at = rsc; at; at = status.resource(*at).parent) {
    collect(status.resource(*at).config->parameters, context, out);
  }
  return out;
}

void note_change(Status& status, std::int64_t seconds) {
  status.next_change.consider(seconds, status.snapshot->now);
}

}  // namespace systole::policy
