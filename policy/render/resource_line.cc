#include "policy/render/resource_line.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

std::vector<std::string> flags_of(const Status& status, RscId id, const ListOptions& options,
                                  std::optional<NodeId> place) {
  const Resource& rsc = status.resource(id);
  std::vector<std::string> flags;
  if (place && !status.node(*place).online && status.node(*place).unclean) {
    flags.emplace_back("UNCLEAN");
  }
  if (place && rsc.lock_node == place) flags.emplace_back("LOCKED");
  if (options.pending && is_monitor_pending(rsc)) flags.emplace_back("Monitoring");
  if (const std::optional<Role> role = restricted_role(status, id)) {
    flags.push_back(role == Role::kStopped ? "disabled"
                                           : base::cat("target-role:", to_string(*role)));
  }
  if (rsc.blocked) {
    flags.emplace_back("blocked");
  } else if (!rsc.managed) {
    flags.emplace_back(unmanaged_word(rsc, options));
  }
  if (rsc.failure_ignored) flags.emplace_back("failure ignored");
  return flags;
}

/// The result of the failed probe of a stopped resource, if its place tells one.
std::string probe_failure_text(const Status& status, RscId id, const ListOptions& options) {
  for (const FailedOperation& failure : status.failures) {
    if (failure.resource != id || !status.node(failure.node).online) continue;
    if (const auto word = probe_failure(failure, options)) return base::cat(" (", *word, ") ");
  }
  return {};
}

std::optional<NodeId> place_of(const Resource& rsc) {
  if (rsc.active_on.size() == 1) return rsc.active_on.front();
  if (!rsc.active_on.empty()) return std::nullopt;
  if (rsc.pending_node) return rsc.pending_node;
  return rsc.lock_node;
}

std::string state_text(const Status& status, RscId id, const ListOptions& options) {
  const Resource& rsc = status.resource(id);
  std::string text;
  if (rsc.removed) text += " ORPHANED";
  if (rsc.role > Role::kUnpromoted && rsc.failed) return text + " FAILED Promoted";
  if (rsc.failed) return text + " FAILED";
  const std::string_view pending = options.pending ? pending_word(rsc) : std::string_view();
  return base::cat(text, " ", pending.empty() ? role_word(status, id, rsc.role) : pending);
}

}  // namespace

namespace {

std::string line_without_places(const Status& status, RscId id, const ListOptions& options,
                                std::string_view name, std::optional<NodeId> place) {
  const Resource& rsc = status.resource(id);
  std::string line =
      base::cat(name, "\t(", agent_text(rsc.agent), "):\t", state_text(status, id, options));
  if (place && options.places) line += base::cat(" ", status.node(*place).name);
  if (rsc.role == Role::kStopped && !rsc.failed) line += probe_failure_text(status, id, options);
  const std::vector<std::string> flags = flags_of(status, id, options, place);
  if (!flags.empty()) line += base::cat(" (", base::join(flags, ", "), ")");
  return line;
}

}  // namespace

std::string resource_line_as(const Status& status, RscId id, const ListOptions& options,
                             std::string_view name, std::optional<NodeId> place) {
  const Resource& rsc = status.resource(id);
  std::string line = line_without_places(status, id, options, name, place);
  if (rsc.active_on.size() > 1 && options.places) {
    std::vector<std::string> names;
    for (const NodeId node : rsc.active_on) names.emplace_back(status.node(node).name);
    line += base::cat(" ", bracketed(names));
  }
  return line;
}

std::string resource_line(const Status& status, RscId id, const ListOptions& options) {
  const Resource& rsc = status.resource(id);
  return resource_line_as(status, id, options, shown_name(rsc), place_of(rsc));
}

std::string resource_line_on_node(const Status& status, RscId id, const ListOptions& options) {
  return line_without_places(status, id, options, shown_name(status.resource(id)), std::nullopt);
}

}  // namespace systole::policy::render
