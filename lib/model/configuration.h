#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "lib/base/ids.h"
#include "lib/base/score.h"
#include "lib/model/rule.h"
#include "lib/model/text.h"

namespace systole::model {

/// One block of name-value pairs (`meta_attributes`, `instance_attributes`, `utilization`,
/// `cluster_property_set`). Used only where its rule passes; the block with the higher score goes
/// first, among equal scores the later one.
struct AttributeSet {
  Text id;
  base::Score score;
  RulePtr rule;
  std::vector<NameValue> values;
};

using AttributeSets = std::vector<AttributeSet>;

struct Agent {
  Text standard;  ///< the class: ocf, stonith, systemd, lsb, service ...
  Text provider;
  Text type;
  bool operator==(const Agent&) const = default;
};

/// One `op` of a resource; `attributes` are its XML attributes but the id, in document order.
struct OperationConfig {
  Text id;
  Text name;
  std::int64_t interval_ms = 0;
  std::vector<NameValue> attributes;
  AttributeSets meta;
  AttributeSets parameters;
};

enum class ResourceKind : std::uint8_t { kPrimitive, kGroup, kClone, kBundle };

struct PortMapping {
  Text port;
  Text internal_port;
  Text range;
};

struct StorageMapping {
  Text source_dir;
  Text source_dir_root;
  Text target_dir;
  Text options;
};

/// What a `bundle` says about its containers. `container` holds the attributes of the docker or
/// podman element, `network` those of the network element.
struct BundleConfig {
  Text technology;
  std::vector<NameValue> container;
  bool has_network = false;
  std::vector<NameValue> network;
  std::vector<PortMapping> ports;
  std::vector<StorageMapping> storage;
};

/// Names a resource of the configuration: its place in Snapshot::resources.
using ConfigId = base::Id<struct ConfigIdTag>;

/// A resource as configured: templates are expanded, references resolved, clones not instantiated.
struct ResourceConfig {
  Text id;
  ResourceKind kind = ResourceKind::kPrimitive;
  Agent agent;
  Text template_id;
  std::optional<ConfigId> parent;
  std::vector<ConfigId> children;
  std::vector<NameValue> attributes;  ///< the element's XML attributes
  AttributeSets meta;
  AttributeSets parameters;
  AttributeSets utilization;
  std::vector<OperationConfig> operations;
  std::optional<BundleConfig> bundle;
};

struct NodeConfig {
  Text id;
  Text name;
  Text type;  ///< empty or member: cluster node; remote
  Text score;
  AttributeSets attributes;
  AttributeSets utilization;
};

/// A `resource_set` of a constraint; attributes that are not given are empty.
struct ResourceSet {
  Text id;
  Text role;
  Text action;
  Text score;
  Text sequential;
  Text require_all;
  Text kind;
  Text symmetrical;
  Text ordering;
  std::vector<Text> resources;
};

struct LocationConstraint {
  Text id;
  Text resource;
  Text pattern;
  std::vector<ResourceSet> sets;
  Text node;
  Text score;
  Text role;
  Text discovery;
  RulePtr rule;
};

struct ColocationConstraint {
  Text id;
  Text score;
  Text dependent;
  Text dependent_role;
  Text primary;
  Text primary_role;
  Text node_attribute;
  Text influence;
  std::vector<ResourceSet> sets;
};

struct OrderConstraint {
  Text id;
  Text first;
  Text first_action;
  Text then;
  Text then_action;
  Text kind;
  Text score;
  Text symmetrical;
  Text require_all;
  std::vector<ResourceSet> sets;
};

struct TicketConstraint {
  Text id;
  Text ticket;
  Text resource;
  Text role;
  Text loss_policy;
  std::vector<ResourceSet> sets;
};

using Constraint =
    std::variant<LocationConstraint, ColocationConstraint, OrderConstraint, TicketConstraint>;

struct Tag {
  Text id;
  std::vector<Text> references;
};

}  // namespace systole::model
