#include "policy/tool/summary_report.h"

#include "lib/base/strings.h"
#include "policy/render/summary_text.h"

namespace systole::policy::tool {

namespace {

void add_places(const SummaryLine& line, cli::Element& element) {
  const bool stays = line.origin == line.destination;
  const bool same_role = line.role == line.next_role;
  const auto set = [&element](std::string_view name, const std::string& value) {
    if (!value.empty()) element.set(name, value);
  };
  if (line.destination.empty()) {
    set("role", line.role);
    set("node", line.origin);
  } else if (line.origin.empty()) {
    set("role", line.role);
    set("next-role", line.next_role);
    set(line.role.empty() ? "node" : "dest", line.destination);
  } else if (stays) {
    set("role", line.role);
    if (!same_role) set("next-role", line.next_role);
    set("source", line.origin);
  } else {
    if (!same_role) set("role", line.role);
    set("source", line.origin);
    if (!same_role) set("next-role", line.next_role);
    set("dest", line.destination);
    if (same_role) set("role", line.role);
  }
}

void add_line(const SummaryLine& line, cli::Element& actions) {
  if (line.details.empty()) {
    actions.add("node_action")
        .set("task", line.verb)
        .set("node", line.subject)
        .set("reason", line.reason);
    return;
  }
  cli::Element& element = actions.add("rsc_action");
  element.set("action", base::to_lower(line.verb)).set("resource", line.subject);
  add_places(line, element);
  if (!line.reason.empty()) element.set("reason", line.reason);
  if (line.blocked) element.set("blocked", true);
}

}  // namespace

void report_summary(const Plan& plan, const Settings& settings, cli::Output& output) {
  if (output.is_structured()) {
    cli::Element& actions = output.root().add("actions");
    for (const SummaryLine& line : plan.summary) add_line(line, actions);
    return;
  }
  if (settings.quiet) return;
  output.line();
  output.begin_list("Transition Summary");
  output.show_heading();
  for (const std::string& line : render::summary_text(plan.summary)) output.item(line);
  output.end_list();
}

}  // namespace systole::policy::tool
