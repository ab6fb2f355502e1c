#include "policy/render/node_text.h"

#include <array>

#include "lib/base/strings.h"
#include "policy/render/health.h"
#include "policy/render/html_class.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

std::string_view health_suffix(const Status& status, NodeId node) {
  switch (health_of(status, node)) {
    case Health::kGreen:
      return "";
    case Health::kYellow:
      return " (health is YELLOW)";
    case Health::kRed:
      return " (health is RED)";
  }
  return "";
}

bool is_special(const Status& status, NodeId id) {
  const Node& node = status.node(id);
  return node.unclean || node.pending || (node.standby_on_fail && node.online) || node.standby ||
         node.maintenance || health_of(status, id) != Health::kGreen;
}

/// The collective lines, in the order of printing.
enum class Line { kOnline, kOffline, kRemoteOnline, kRemoteOffline, kGuestOnline, kNone };

constexpr std::array kLineTitles = {"Online", "OFFLINE", "RemoteOnline", "RemoteOFFLINE",
                                    "GuestOnline"};

Line line_of(const Node& node) {
  if (node.is_guest()) return node.online ? Line::kGuestOnline : Line::kNone;
  if (node.is_remote_kind()) return node.online ? Line::kRemoteOnline : Line::kRemoteOffline;
  return node.online ? Line::kOnline : Line::kOffline;
}

}  // namespace

std::string node_name(const Status& status, NodeId id, bool detail) {
  const Node& node = status.node(id);
  std::string name(node.name);
  if (detail && node.is_guest()) {
    if (const std::optional<RscId> container = container_of_node(status, id)) {
      const CurrentNode host = current_node(status, *container);
      name += base::cat("@", host.node ? status.node(*host.node).name : model::Text());
    }
  }
  if (detail && !node.is_remote_kind() && node.name != node.id)
    name += base::cat(" (", node.id, ")");
  return name;
}

std::string node_heading(const Status& status, NodeId node, bool detail,
                         const cli::Output& output) {
  const std::string name = node_name(status, node, detail);
  return output.is_text() ? base::cat("Node: ", name) : base::cat(name, ":");
}

std::string_view node_kind(const Node& node) {
  if (node.is_guest()) return "GuestNode";
  return node.is_remote_kind() ? "RemoteNode" : "Node";
}

std::string node_state(const Status& status, NodeId id) {
  const Node& node = status.node(id);
  if (node.unclean) {
    return node.online    ? "UNCLEAN (online)"
           : node.pending ? "UNCLEAN (pending)"
                          : "UNCLEAN (offline)";
  }
  if (node.pending) return "pending";
  if (node.standby_on_fail && node.online) return "standby (on-fail)";
  if (node.standby) {
    if (!node.online) return "OFFLINE (standby)";
    return !node.active.empty() ? "standby (with active resources)" : "standby";
  }
  if (node.maintenance) return node.online ? "maintenance" : "OFFLINE (maintenance)";
  return node.online ? "online" : "OFFLINE";
}

std::string node_line(const Status& status, NodeId id, bool detail) {
  std::string line = base::cat(node_kind(status.node(id)), " ", node_name(status, id, detail), ": ",
                               node_state(status, id), health_suffix(status, id));
  const std::string features = detail ? node_feature_set(status, id) : std::string();
  if (!features.empty()) line += base::cat(", feature set ", features);
  return line;
}

std::string node_feature_set(const Status& status, NodeId id) {
  const Node& node = status.node(id);
  if (!node.online || node.is_remote_kind()) return {};
  return std::string(node.attributes.value_or("#feature-set", "<3.15.1"));
}

void print_node_list(const Status& status, const ListOptions& options, cli::Output& output) {
  std::array<std::vector<std::string>, kLineTitles.size()> lines;
  for (const NodeId id : status.node_order) {
    if (!options.shows(id)) continue;
    const Node& node = status.node(id);
    const std::string name = node_name(status, id, options.detail);
    if (!output.is_text()) {
      output.item(node_spans(status, id, options.detail));
      continue;
    }
    if (options.detail || is_special(status, id)) {
      output.item(node_line(status, id, options.detail));
      continue;
    }
    const Line line = line_of(node);
    if (line != Line::kNone) lines[static_cast<std::size_t>(line)].push_back(name);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].empty()) output.item(base::cat(kLineTitles[i], ": ", bracketed(lines[i])));
  }
}

}  // namespace systole::policy::render
