#include <algorithm>
#include <string>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/copies.h"
#include "policy/status/queries.h"
#include "policy/status/traits.h"

namespace systole::policy {

namespace {

using model::ResourceKind;
using model::Text;

/// Meta-attributes, nearest first: the element's own attributes and blocks, those that the
/// configuration writes in what is around it, the defaults, and last what was worked out for its
/// parent.
AttributeTable resolve_meta(const Status& status, const model::ResourceConfig& config,
                            const Resource& resource) {
  AttributeTable out;
  RuleContext context = time_context(status);
  context.agent = &resource.agent;
  for (const model::NameValue& attribute : config.attributes) {
    out.add(attribute.name, attribute.value);
  }
  collect(config.meta, context, out);
  for (auto at = resource.parent; at; at = status.resource(*at).parent) {
    collect(status.resource(*at).config->meta, context, out);
  }
  collect(status.snapshot->resource_defaults, context, out);
  if (resource.parent) {
    for (const model::NameValue& entry : status.resource(*resource.parent).meta) {
      out.add(entry.name, entry.value);
    }
  }
  return out;
}

Text instance_id(Status& status, const model::ResourceConfig& config, int instance) {
  if (instance < 0) return config.id;
  return keep(status, base::cat(config.id, ":", instance));
}

void drop(Status& status, RscId rsc) {
  status.by_id.erase(status.resource(rsc).id);
  status.resource(rsc).removed = true;
  status.resource(rsc).internal = true;
}

/// Whether all agents below a clone can run as distinguishable instances.
bool supports_unique(const Status& status, const model::ResourceConfig& config) {
  if (config.kind == ResourceKind::kPrimitive) {
    return config.agent.standard == "ocf" || config.agent.standard == "stonith";
  }
  return std::all_of(config.children.begin(), config.children.end(), [&](model::ConfigId child) {
    return supports_unique(status, status.snapshot->resource(child));
  });
}

bool contains_non_ocf(const Status& status, const model::ResourceConfig& config) {
  if (config.kind == ResourceKind::kPrimitive) return config.agent.standard != "ocf";
  return std::any_of(config.children.begin(), config.children.end(), [&](model::ConfigId child) {
    return contains_non_ocf(status, status.snapshot->resource(child));
  });
}

bool add_group_members(Status& status, RscId group) {
  const model::ResourceConfig& config = *status.resource(group).config;
  const int instance = status.resource(group).instance;
  for (const model::ConfigId child : config.children) {
    const auto member = add_resource(status, status.snapshot->resource(child), group, instance);
    if (member) status.resource(group).children.push_back(*member);
  }
  return true;
}

bool add_clone_instances(Status& status, RscId id) {
  const model::ResourceConfig& config = *status.resource(id).config;
  if (config.children.empty()) return false;
  const model::ResourceConfig& child = status.snapshot->resource(config.children.front());
  Resource& clone = status.resource(id);
  read_clone_traits(status, clone);
  if (clone.clone.promotable && contains_non_ocf(status, child)) return false;
  if (clone.unique && !supports_unique(status, child)) {
    clone.unique = false;
    clone.clone.node_max = 1;
    clone.clone.max = std::min(clone.clone.max, static_cast<int>(status.nodes.size()));
  }
  if (!clone.unique) clone.clone.node_max = 1;
  clone.clone.max = allow_copies(status, id,
                                 {.count = clone.clone.max,
                                  .useful = static_cast<int>(status.nodes.size()),
                                  .members = static_cast<int>(child.children.size())});
  if (!clone.meta.contains("resource-stickiness")) clone.meta.set("resource-stickiness", "1");
  const int wanted = clone.clone.max;
  for (int i = 0; i < std::max(wanted, 1); ++i) add_clone_instance(status, id);
  if (wanted <= 0) {
    for (const RscId instance : status.resource(id).children) {
      for_each_primitive(status, instance, [&](RscId p) { status.resource(p).removed = true; });
      status.resource(instance).removed = true;
    }
  }
  return true;
}

bool add_children(Status& status, RscId id) {
  switch (status.resource(id).kind) {
    case ResourceKind::kPrimitive:
      return true;
    case ResourceKind::kGroup:
      return add_group_members(status, id);
    case ResourceKind::kClone:
      return add_clone_instances(status, id);
    case ResourceKind::kBundle:
      return add_bundle_parts(status, id);
  }
  return true;
}

const Text* own_meta(const model::ResourceConfig& config, std::string_view name) {
  for (const model::AttributeSet& set : config.meta) {
    if (const Text* value = model::find_value(set.values, name)) return value;
  }
  return nullptr;
}

Text own_meta_or(const model::ResourceConfig& config, std::string_view name, Text fallback) {
  const Text* value = own_meta(config, name);
  return value == nullptr ? fallback : *value;
}

/// The connection to the guest node that runs inside a configured primitive.
void imply_guest_connection(Status& status, const model::ResourceConfig& host, Text name) {
  model::ResourceConfig config;
  config.id = name;
  config.agent = {"ocf", "pacemaker", "remote"};
  model::AttributeSet meta;
  meta.values.push_back({"internal_rsc", "true"});
  meta.values.push_back({"container", host.id});
  if (const Text* allow = own_meta(host, "remote-allow-migrate")) {
    meta.values.push_back({"allow-migrate", *allow});
  }
  if (const Text* managed = own_meta(host, "is-managed")) {
    meta.values.push_back({"is-managed", *managed});
  }
  config.meta.push_back(std::move(meta));
  model::AttributeSet parameters;
  if (const Text* address = own_meta(host, "remote-addr")) {
    parameters.values.push_back({"addr", *address});
  }
  if (const Text* port = own_meta(host, "remote-port")) {
    parameters.values.push_back({"port", *port});
  }
  if (!parameters.values.empty()) config.parameters.push_back(std::move(parameters));
  model::OperationConfig monitor;
  monitor.name = "monitor";
  monitor.interval_ms = 30000;
  monitor.attributes = {{"name", "monitor"}, {"interval", "30s"}, {"timeout", "30s"}};
  model::OperationConfig start;
  start.name = "start";
  start.attributes = {{"name", "start"},
                      {"interval", "0"},
                      {"timeout", own_meta_or(host, "remote-connect-timeout", "60s")}};
  config.operations = {std::move(monitor), std::move(start)};
  status.implied->push_back(std::move(config));
}

bool is_configured(const Status& status, Text id) {
  const auto& all = status.snapshot->resources;
  return std::any_of(all.begin(), all.end(), [&](const auto& config) { return config.id == id; });
}

void read_guest_node(Status& status, const model::ResourceConfig& config) {
  const Text* name = own_meta(config, "remote-node");
  if (config.kind != ResourceKind::kPrimitive || name == nullptr) return;
  if (is_configured(status, *name)) return;
  if (status.node_by_name.find(*name) == status.node_by_name.end()) {
    add_node(status, *name, *name, NodeKind::kGuest);
  } else {
    status.node(status.node_by_name.at(*name)).kind = NodeKind::kGuest;
  }
  imply_guest_connection(status, config, *name);
}

/// Nodes that exist because resources imply them: remote nodes and guests.
void read_implied_nodes(Status& status) {
  const model::Snapshot& snapshot = *status.snapshot;
  for (const model::ConfigId id : snapshot.top_level) {
    const model::ResourceConfig& config = snapshot.resource(id);
    const bool connection = config.kind == ResourceKind::kPrimitive &&
                            config.agent == model::Agent{"ocf", "pacemaker", "remote"};
    if (connection && status.node_by_name.find(config.id) == status.node_by_name.end()) {
      add_node(status, config.id, config.id, NodeKind::kRemote);
    }
    read_guest_node(status, config);
    if (config.kind != ResourceKind::kGroup) continue;
    for (const model::ConfigId child : config.children) {
      read_guest_node(status, snapshot.resource(child));
    }
  }
}

void link_launchers(Status& status) {
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    const auto container = status.resource(id).meta.find("container");
    if (!status.resource(id).is_primitive() || !container) continue;
    const auto launcher = find_resource(status, *container);
    if (launcher) set_launcher(status, id, *launcher);
  }
}

void link_connections(Status& status) {
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    Resource& resource = status.resources[i];
    if (!resource.is_remote_connection) continue;
    const auto node = status.node_by_name.find(resource.id);
    if (node == status.node_by_name.end()) continue;
    Node& remote = status.node(node->second);
    if (!remote.is_remote_kind()) continue;
    resource.remote_node = node->second;
    remote.connection = RscId(static_cast<std::uint32_t>(i));
    if (resource.launcher) {
      if (remote.kind == NodeKind::kRemote) remote.kind = NodeKind::kGuest;
    } else if (status.options.startup_fencing && remote.kind == NodeKind::kRemote) {
      remote.unclean = true;
    }
    remote.attributes.set("#kind", remote.kind == NodeKind::kRemote ? "remote" : "container");
    const bool may_migrate = !resource.launcher;
    if (!resource.meta.contains("allow-migrate")) resource.allow_migrate = may_migrate;
  }
}

bool mentions_unfencing(const model::AttributeSets& sets) {
  return std::any_of(sets.begin(), sets.end(), [](const model::AttributeSet& set) {
    return std::any_of(set.values.begin(), set.values.end(), [](const model::NameValue& entry) {
      return (entry.name == "provides" || entry.name == "requires") && entry.value == "unfencing";
    });
  });
}

void find_unfencing(Status& status) {
  const model::Snapshot& snapshot = *status.snapshot;
  status.unfencing_in_use =
      mentions_unfencing(snapshot.resource_defaults) ||
      std::any_of(snapshot.resources.begin(), snapshot.resources.end(),
                  [](const auto& config) { return mentions_unfencing(config.meta); });
}

}  // namespace

void adjust(Status& status, RscId rsc, NodeId node, const Adjustment& adjustment) {
  TableCell& cell = status.tables.at(rsc, node);
  cell.score = cell.present ? cell.score + adjustment.score : adjustment.score;
  cell.present = true;
  status.ledger.add(rsc, node, adjustment.score, adjustment.why);
  for (const RscId child : status.resource(rsc).children) adjust(status, child, node, adjustment);
}

void adjust_everywhere(Status& status, RscId rsc, const Adjustment& adjustment) {
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    adjust(status, rsc, NodeId(static_cast<std::uint32_t>(i)), adjustment);
  }
}

void set_launcher(Status& status, RscId rsc, RscId launcher) {
  for (std::optional<RscId> outer = launcher; outer; outer = status.resource(*outer).launcher) {
    if (*outer == rsc) return;
  }
  status.resource(rsc).launcher = launcher;
  status.resource(launcher).launched.push_back(rsc);
}

void enter_known_nodes(Status& status, RscId rsc) {
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    const NodeId node(static_cast<std::uint32_t>(i));
    if (status.node(node).probe_nothing) continue;
    TableCell& cell = status.tables.at(rsc, node);
    cell.present = true;
    cell.score = status.node(node).base_score;
    status.ledger.set(rsc, node, cell.score, {ScoreCause::kDefault});
  }
}

std::optional<RscId> add_resource(Status& status, const model::ResourceConfig& config,
                                  std::optional<RscId> parent, int instance) {
  const RscId id(static_cast<std::uint32_t>(status.resources.size()));
  Resource resource;
  resource.id = instance_id(status, config, instance);
  resource.base_id = config.id;
  resource.config = &config;
  resource.kind = config.kind;
  resource.agent = config.agent;
  resource.parent = parent;
  resource.instance = instance;
  resource.meta = resolve_meta(status, config, resource);
  const bool instance_part = parent && !status.resource(*parent).is_bundle();
  resource.unique = !instance_part || status.resource(*parent).unique;
  collect(config.utilization, time_context(status), resource.utilization);
  status.resources.push_back(std::move(resource));
  status.tables.add_resources(1);
  status.by_id.emplace(status.resource(id).id, id);
  if (status.options.symmetric) enter_known_nodes(status, id);
  if (status.resource(id).is_fence_device()) status.fencing_possible = true;
  if (!add_children(status, id)) {
    drop(status, id);
    return std::nullopt;
  }
  read_traits(status, id);
  return id;
}

RscId add_clone_instance(Status& status, RscId clone) {
  const model::ResourceConfig& config = *status.resource(clone).config;
  const int number = static_cast<int>(status.resource(clone).children.size());
  const model::ResourceConfig& child = status.snapshot->resource(config.children.front());
  const RscId instance = *add_resource(status, child, clone, number);
  status.resource(clone).children.push_back(instance);
  return instance;
}

void read_resources(Status& status) {
  status.fencing_possible = status.options.have_watchdog;
  find_unfencing(status);
  read_implied_nodes(status);
  const std::size_t guests = status.implied->size();
  for (const model::ConfigId id : status.snapshot->top_level) {
    const auto rsc = add_resource(status, status.snapshot->resource(id), std::nullopt, -1);
    if (rsc) status.top_level.push_back(*rsc);
  }
  for (std::size_t i = 0; i < guests; ++i) {
    const auto rsc = add_resource(status, (*status.implied)[i], std::nullopt, -1);
    if (!rsc) continue;
    status.resource(*rsc).internal = true;
    if (!status.options.symmetric) enter_known_nodes(status, *rsc);
    status.top_level.push_back(*rsc);
  }
  link_launchers(status);
  link_connections(status);
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    read_needs(status, RscId(static_cast<std::uint32_t>(i)));
  }
  std::stable_sort(status.top_level.begin(), status.top_level.end(), [&](RscId a, RscId b) {
    return status.resource(a).priority > status.resource(b).priority;
  });
}

}  // namespace systole::policy
