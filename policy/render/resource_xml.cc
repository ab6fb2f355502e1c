#include "policy/render/resource_xml.h"

#include "policy/render/resource_text.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

void set_target_role(const Resource& rsc, cli::Element& element) {
  if (const auto target = rsc.meta.find("target-role")) element.set("target_role", *target);
}

/// What a clone's instances shall be is also told of the clone.
void set_clone_target_role(const Status& status, const Resource& clone, cli::Element& element) {
  const bool asks_instance = !clone.meta.contains("target-role") && !clone.children.empty();
  set_target_role(asks_instance ? status.resource(clone.children.front()) : clone, element);
}

void add_primitive(const Status& status, RscId id, const ListOptions& options,
                   cli::Element& parent) {
  const Resource& rsc = status.resource(id);
  cli::Element& element = parent.add("resource");
  element.set("id", shown_name(rsc));
  element.set("resource_agent", agent_text(rsc.agent));
  const std::string_view pending = options.pending ? pending_word(rsc) : std::string_view();
  element.set("role", pending.empty() ? role_word(status, id, rsc.role) : pending);
  set_target_role(rsc, element);
  element.set("active", is_active(status, id, true));
  element.set("orphaned", rsc.removed);
  element.set("blocked", rsc.blocked);
  element.set("managed", rsc.managed);
  element.set("failed", rsc.failed);
  element.set("failure_ignored", rsc.failure_ignored);
  element.set("nodes_running_on", std::to_string(rsc.active_on.size()));
  if (options.pending && is_monitor_pending(rsc)) element.set("pending", "Monitoring");
  if (rsc.lock_node) element.set("locked_to", status.node(*rsc.lock_node).name);
  for (const NodeId place : rsc.active_on) {
    const Node& node = status.node(place);
    cli::Element& child = element.add("node");
    child.set("name", node.name);
    child.set("id", node.id);
    child.set("cached", node.online);
  }
}

/// What is beyond a clone's number is not configured any more, but part of what there is.
void add_children(const Status& status, const Resource& rsc, const ListOptions& options,
                  cli::Element& element) {
  for (const RscId child : rsc.children) {
    if (rsc.is_clone() && is_elsewhere(status, child, options)) continue;
    const bool shown = options.inactive ? options.shows(child) : is_shown(status, child, options);
    if (shown) add_resource_xml(status, child, options, element);
  }
}

void add_group(const Status& status, RscId id, const ListOptions& options, cli::Element& parent) {
  const Resource& group = status.resource(id);
  cli::Element& element = parent.add("group");
  const bool numbered = group.parent && !status.resource(*group.parent).is_bundle();
  element.set("id", numbered && group.instance >= 0 ? group.id : shown_name(group));
  element.set("number_resources", std::to_string(group.children.size()));
  element.set("managed", group.managed);
  element.set("disabled", is_disabled(status, id));
  add_children(status, group, options, element);
}

void add_clone(const Status& status, RscId id, const ListOptions& options, cli::Element& parent) {
  const Resource& clone = status.resource(id);
  cli::Element& element = parent.add("clone");
  element.set("id", clone.id);
  element.set("multi_state", clone.clone.promotable);
  element.set("unique", clone.unique);
  element.set("managed", clone.managed);
  element.set("disabled", is_disabled(status, id));
  element.set("failed", clone.failed);
  element.set("failure_ignored", clone.failure_ignored);
  set_clone_target_role(status, clone, element);
  add_children(status, clone, options, element);
}

void add_bundle(const Status& status, RscId id, const ListOptions& options, cli::Element& parent) {
  const Resource& bundle = status.resource(id);
  const model::BundleConfig& config = *bundle.config->bundle;
  const model::Text* image = model::find_value(config.container, "image");
  cli::Element& element = parent.add("bundle");
  element.set("id", bundle.id);
  element.set("type", config.technology);
  element.set("image", image == nullptr ? model::Text() : *image);
  element.set("unique", bundle.unique);
  element.set("managed", bundle.managed);
  element.set("failed", bundle.failed);
  for (const Replica& replica : bundle.bundle.replicas) {
    if (is_elsewhere(status, replica.container, options)) continue;
    cli::Element child("replica");
    child.set("id", std::to_string(replica.number));
    for (const RscId part : parts_of_replica(replica)) {
      if (options.shows(part)) add_primitive(status, part, options, child);
    }
    if (!child.children().empty()) element.add(std::move(child));
  }
}

}  // namespace

void add_resource_xml(const Status& status, RscId id, const ListOptions& options,
                      cli::Element& parent) {
  switch (status.resource(id).kind) {
    case model::ResourceKind::kPrimitive:
      add_primitive(status, id, options, parent);
      break;
    case model::ResourceKind::kGroup:
      add_group(status, id, options, parent);
      break;
    case model::ResourceKind::kClone:
      add_clone(status, id, options, parent);
      break;
    case model::ResourceKind::kBundle:
      add_bundle(status, id, options, parent);
      break;
  }
}

}  // namespace systole::policy::render
