#include "policy/render/resource_text.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/render/brief.h"
#include "policy/render/clone_text.h"
#include "policy/render/html_class.h"
#include "policy/render/resource_line.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

bool shows_member(const Status& status, RscId member, const ListOptions& options) {
  return options.inactive ? options.shows(member) : is_shown(status, member, options);
}

/// Begins the list of a group's members, with its heading.
void begin_group(const Status& status, RscId id, const ListOptions& options, cli::Output& output) {
  const Resource& group = status.resource(id);
  std::vector<std::string> flags;
  const auto hidden =
      std::count_if(group.children.begin(), group.children.end(),
                    [&](RscId member) { return !shows_member(status, member, options); });
  // Of a group that is down as a whole, nothing is hidden.
  const bool whole = options.resources.empty() && is_active(status, id, false);
  if (hidden > 0 && whole) {
    flags.push_back(base::cat(hidden, " member", hidden == 1 ? "" : "s", " inactive"));
  }
  if (is_disabled(status, id)) flags.emplace_back("disabled");
  if (!group.managed) flags.emplace_back(unmanaged_word(group, options));
  const std::string suffix = flags.empty() ? "" : base::cat(" (", base::join(flags, ", "), ")");
  output.begin_list(base::cat("Resource Group: ", group.id, suffix));
}

void print_group(const Status& status, RscId id, const ListOptions& options, cli::Output& output) {
  begin_group(status, id, options, output);
  if (options.brief) {
    print_group_counts(status, id, options, output);
  } else {
    for (const RscId member : status.resource(id).children) {
      if (shows_member(status, member, options)) print_resource(status, member, options, output);
    }
  }
  output.end_list();
}

std::optional<NodeId> replica_place(const Status& status, const Replica& replica) {
  return current_node(status, replica.container).node;
}

void print_replica(const Status& status, const Replica& replica, const ListOptions& options,
                   cli::Output& output) {
  const RscId shown = replica.instance.value_or(replica.container);
  const RscId named = replica.connection.value_or(replica.container);
  std::string name(status.resource(named).id);
  if (!replica.ip.empty()) name += base::cat(" (", replica.ip, ")");
  output.item(
      {{.text = resource_line_as(status, shown, options, name, replica_place(status, replica)),
        .css_class = resource_class(status.resource(shown))}});
}

/// Each part of a replica with a line of its own. In text an only replica has no heading, but its
/// lines are where they would be below one.
void print_replica_parts(const Status& status, const Replica& replica, bool headed,
                         const ListOptions& options, cli::Output& output) {
  const std::string heading = headed ? base::cat("Replica[", replica.number, "]") : std::string();
  const bool nested = headed || output.is_text();
  if (headed && output.is_text()) output.item(heading);
  if (nested) output.begin_list(output.is_text() ? std::string() : heading);
  for (const RscId part : parts_of_replica(replica)) {
    if (options.shows(part)) print_resource(status, part, options, output);
  }
  if (nested) output.end_list();
}

void print_bundle(const Status& status, RscId id, const ListOptions& options, cli::Output& output) {
  const Resource& bundle = status.resource(id);
  const auto& config = *bundle.config->bundle;
  const model::Text* image = model::find_value(config.container, "image");
  const bool set = bundle.bundle.replicas.size() > 1;
  output.begin_list(
      base::cat("Container bundle", set ? " set" : "", ": ", bundle.id, " [",
                image == nullptr ? model::Text() : *image, "]", bundle.unique ? " (unique)" : "",
                bundle.managed ? "" : base::cat(" (", unmanaged_word(bundle, options), ")")));
  output.show_heading();
  for (const Replica& replica : bundle.bundle.replicas) {
    if (is_elsewhere(status, replica.container, options)) continue;
    if (!options.inactive && options.since_2_1_6 && !is_active(status, replica.container, false) &&
        !(replica.instance && is_active(status, *replica.instance, false))) {
      continue;
    }
    const std::vector<RscId> parts = parts_of_replica(replica);
    const auto shown =
        std::count_if(parts.begin(), parts.end(), [&](RscId part) { return options.shows(part); });
    if (shown == 0 && !options.detail) continue;
    if (options.detail || shown < static_cast<std::ptrdiff_t>(parts.size())) {
      print_replica_parts(status, replica, set, options, output);
    } else {
      print_replica(status, replica, options, output);
    }
  }
  output.end_list();
}

bool is_inactive_orphan(const Status& status, RscId id) {
  return status.resource(id).removed && !is_active(status, id, true);
}

}  // namespace

std::vector<RscId> parts_of_replica(const Replica& replica) {
  std::vector<RscId> parts;
  for (const std::optional<RscId>& part :
       {replica.address, replica.instance, std::optional<RscId>(replica.container),
        replica.connection}) {
    if (part) parts.push_back(*part);
  }
  return parts;
}

bool is_elsewhere(const Status& status, RscId id, const ListOptions& options) {
  if (options.nodes.empty() || !is_active(status, id, false)) return false;
  const Resource& rsc = status.resource(id);
  if (rsc.is_bundle()) {
    const auto& replicas = rsc.bundle.replicas;
    return std::all_of(replicas.begin(), replicas.end(), [&](const Replica& replica) {
      return !is_active(status, replica.container, false) ||
             is_elsewhere(status, replica.container, options);
    });
  }
  return std::none_of(rsc.active_on.begin(), rsc.active_on.end(),
                      [&](NodeId node) { return options.shows(node); });
}

bool is_shown(const Status& status, RscId id, const ListOptions& options) {
  const Resource& rsc = status.resource(id);
  if (!options.shows(id) || !options.shows_kind(rsc)) return false;
  if (is_inactive_orphan(status, id)) return false;
  if (is_elsewhere(status, id, options)) return false;
  return options.inactive || is_active(status, id, false);
}

void print_resource(const Status& status, RscId id, const ListOptions& options,
                    cli::Output& output) {
  switch (status.resource(id).kind) {
    case model::ResourceKind::kPrimitive:
      output.item({{.text = resource_line(status, id, options),
                    .css_class = resource_class(status.resource(id))}});
      break;
    case model::ResourceKind::kGroup:
      print_group(status, id, options, output);
      break;
    case model::ResourceKind::kClone:
      print_clone(status, id, options, output);
      break;
    case model::ResourceKind::kBundle:
      print_bundle(status, id, options, output);
      break;
  }
}

bool print_resource_list(const Status& status, const ListOptions& options, cli::Output& output) {
  bool printed = false;
  for (const RscId id : status.top_level) {
    if (!is_shown(status, id, options)) continue;
    print_resource(status, id, options, output);
    printed = true;
  }
  return printed;
}

ResourceCounts count_resources(const Status& status) {
  ResourceCounts counts;
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    const Resource& rsc = status.resources[i];
    if (!rsc.is_primitive() || is_inactive_orphan(status, id)) continue;
    ++counts.configured;
    if (restricted_role(status, id)) ++counts.disabled;
    if (rsc.blocked) ++counts.blocked;
  }
  return counts;
}

}  // namespace systole::policy::render
