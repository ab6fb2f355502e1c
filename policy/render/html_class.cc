#include "policy/render/html_class.h"

#include "lib/base/strings.h"
#include "policy/render/health.h"
#include "policy/render/node_text.h"

namespace systole::policy::render {

std::string_view resource_class(const Resource& rsc) {
  if (!rsc.managed) return "rsc-managed";
  if (rsc.failure_ignored) return "rsc-failure-ignored";
  if (rsc.failed || rsc.active_on.empty()) return "rsc-failed";
  return rsc.active_on.size() > 1 ? "rsc-multiple" : "rsc-ok";
}

std::vector<cli::Span> node_state_spans(const Status& status, NodeId id) {
  const Node& node = status.node(id);
  std::vector<cli::Span> spans;
  if (node.online) {
    spans.push_back({.text = " online", .css_class = "online"});
  } else {
    spans.push_back({.text = " OFFLINE", .css_class = "offline"});
  }
  if (node.standby_on_fail && node.online) {
    spans.push_back({.text = " (in standby due to on-fail)", .css_class = "standby"});
  } else if (node.standby) {
    const bool busy = node.online && !node.active.empty();
    spans.push_back({.text = busy ? " (in standby, with active resources)" : " (in standby)",
                     .css_class = "standby"});
  }
  if (node.maintenance) {
    spans.push_back({.text = " (in maintenance mode)", .css_class = "maint"});
  }
  const Health health = health_of(status, id);
  if (health == Health::kRed) {
    spans.push_back({.text = " (health is RED)", .css_class = "health_red"});
  } else if (health == Health::kYellow) {
    spans.push_back({.text = " (health is YELLOW)", .css_class = "health_yellow"});
  }
  return spans;
}

std::vector<cli::Span> node_spans(const Status& status, NodeId id, bool detail) {
  std::vector<cli::Span> spans = {
      {.text = base::cat(node_name(status, id, detail), ":"), .css_class = "bold"}};
  for (cli::Span& span : node_state_spans(status, id)) spans.push_back(std::move(span));
  const std::string features = detail ? node_feature_set(status, id) : std::string();
  if (!features.empty()) spans.push_back({.text = base::cat(", feature set ", features)});
  return spans;
}

}  // namespace systole::policy::render
