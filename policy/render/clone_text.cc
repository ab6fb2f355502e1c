#include "policy/render/clone_text.h"

#include <algorithm>
#include <map>
#include <set>

#include "lib/base/strings.h"
#include "policy/render/resource_text.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

/// What is said of the instances that share a line.
struct Summary {
  std::vector<std::string> promoted;
  std::vector<std::string> started;
  std::set<NodeId> active;
  std::size_t listed = 0;     ///< nodes on the collective lines
  std::vector<RscId> single;  ///< instances with lines of their own
};

struct Parts {
  bool removed = false;
  bool unmanaged = false;
  bool failed = false;
  bool pending = false;
  bool unclean = false;
  std::set<NodeId> places;
  Role role = Role::kUnknown;
};

Parts parts_of(const Status& status, RscId instance, const ListOptions& options) {
  Parts parts;
  for_each_primitive(status, instance, [&](RscId id) {
    const Resource& rsc = status.resource(id);
    parts.removed |= rsc.removed;
    parts.unmanaged |= !rsc.managed;
    parts.failed |= rsc.failed;
    parts.pending |= options.pending && !pending_word(rsc).empty();
    for (const NodeId node : rsc.active_on) {
      parts.places.insert(node);
      parts.unclean |= !status.node(node).online && status.node(node).unclean;
    }
    parts.role = std::max(parts.role, rsc.role);
  });
  return parts;
}

bool needs_own_line(const Status& status, RscId instance, const Parts& parts,
                    const ListOptions& options) {
  if (options.detail || parts.pending) return true;
  if (!is_active(status, instance, false)) return false;
  return parts.removed || parts.unmanaged || parts.failed || parts.unclean ||
         !is_active(status, instance, true) || parts.places.size() > 1;
}

std::string clone_heading(const Status& status, RscId id, const ListOptions& options) {
  const Resource& clone = status.resource(id);
  std::vector<std::string> flags;
  if (clone.clone.promotable) flags.emplace_back("promotable");
  if (clone.unique) flags.emplace_back("unique");
  if (is_disabled(status, id)) flags.emplace_back("disabled");
  if (!clone.managed) flags.emplace_back(unmanaged_word(clone, options));
  const model::ResourceConfig& config = *clone.config;
  const model::Text child = config.children.empty()
                                ? model::Text()
                                : status.snapshot->resource(config.children.front()).id;
  return base::cat("Clone Set: ", clone.id, " [", child, "]",
                   flags.empty() ? "" : base::cat(" (", base::join(flags, ", "), ")"));
}

Summary summarise(const Status& status, const Resource& clone, const ListOptions& options) {
  Summary summary;
  for (const RscId instance : clone.children) {
    if (!options.shows(instance)) continue;
    const Parts parts = parts_of(status, instance, options);
    if (clone.unique) {
      if (!(clone.removed && parts.places.empty()) && !is_elsewhere(status, instance, options) &&
          (options.inactive || !options.since_2_1_6 || is_active(status, instance, false))) {
        summary.single.push_back(instance);
      }
      continue;
    }
    if (needs_own_line(status, instance, parts, options)) {
      const bool worth = options.inactive || options.detail || is_active(status, instance, false);
      if (worth && !is_elsewhere(status, instance, options)) {
        summary.single.push_back(instance);
      }
      summary.active.insert(parts.places.begin(), parts.places.end());
      continue;
    }
    // What is recorded on a node that is surely off does not run.
    if (!is_active(status, instance, false)) continue;
    const NodeId node = *parts.places.begin();
    summary.active.insert(node);
    if (!options.shows(node)) continue;
    ++summary.listed;
    std::vector<std::string>& names =
        parts.role == Role::kPromoted ? summary.promoted : summary.started;
    names.push_back(std::string(status.node(node).name));
  }
  return summary;
}

/// The role that the clone is held to, by itself or by what it is a clone of.
std::optional<Role> held_role(const Status& status, RscId id) {
  const Resource& clone = status.resource(id);
  const auto own = restricted_role(status, id);
  if (own || clone.meta.contains("target-role") || clone.children.empty()) return own;
  return restricted_role(status, clone.children.front());
}

std::string active_title(const Status& status, RscId id, const Resource& clone) {
  if (!clone.clone.promotable) return "Started";
  return held_role(status, id) == Role::kUnpromoted ? "Unpromoted (target-role)" : "Unpromoted";
}

/// Why nothing runs on a node where an instance could.
std::string stopped_title(const Status& status, RscId id, NodeId node, const ListOptions& options) {
  for (const FailedOperation& failure : status.failures) {
    const Resource& failed = status.resource(failure.resource);
    // Only a record of the resource as it is configured tells of all instances.
    if (failure.operation == nullptr || failed.parent != id) continue;
    if (failure.operation->on_node != status.node(node).name) continue;
    if (failed.history_name() != failed.base_id) continue;
    if (const auto word = probe_failure(failure, options))
      return base::cat("Stopped (", *word, ")");
  }
  return held_role(status, id) == Role::kStopped ? "Stopped (disabled)" : "Stopped";
}

/// The nodes where instances could run; where none is named, those where one was looked for.
std::vector<NodeId> places_of(const Status& status, RscId id) {
  std::vector<NodeId> allowed;
  std::vector<NodeId> known;
  for (const NodeId node : status.node_order) {
    if (status.tables.at(id, node).present) allowed.push_back(node);
    if (is_known_on(status.resource(id), node)) known.push_back(node);
  }
  return allowed.empty() ? known : allowed;
}

void print_stopped(const Status& status, RscId id, const Summary& summary,
                   const ListOptions& options, cli::Output& output) {
  const Resource& clone = status.resource(id);
  if (clone.unique || clone.clone.max <= static_cast<int>(summary.listed)) return;
  std::map<std::string, std::vector<std::string>> lines;
  for (const NodeId node : places_of(status, id)) {
    if (!options.shows(node) || is_active_on(clone, node)) continue;
    if (options.since_2_1_6 && summary.active.contains(node)) continue;
    lines[stopped_title(status, id, node, options)].push_back(std::string(status.node(node).name));
  }
  for (const auto& [title, names] : lines) output.item(base::cat(title, ": ", bracketed(names)));
}

void print_names(std::string_view title, std::vector<std::string> names, cli::Output& output) {
  if (names.empty()) return;
  sort_naturally(names);
  output.item(base::cat(title, ": ", bracketed(names)));
}

}  // namespace

void print_clone(const Status& status, RscId id, const ListOptions& options, cli::Output& output) {
  const Resource& clone = status.resource(id);
  const Summary summary = summarise(status, clone, options);
  output.begin_list(clone_heading(status, id, options));
  output.show_heading();
  for (const RscId instance : summary.single) print_resource(status, instance, options, output);
  print_names("Promoted", summary.promoted, output);
  print_names(active_title(status, id, clone), summary.started, output);
  if (options.inactive && !options.detail) print_stopped(status, id, summary, options, output);
  output.end_list();
}

}  // namespace systole::policy::render
