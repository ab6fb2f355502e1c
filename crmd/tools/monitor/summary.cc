#include <set>

#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "lib/cli/version.h"
#include "policy/render/node_text.h"
#include "policy/render/resource_text.h"

namespace systole::crmd::monitor {
namespace {

struct Facts {
  std::string stack;
  std::string dc_version;
  const policy::Node* dc = nullptr;
  std::optional<policy::NodeId> dc_id;
  std::string changed;
  std::string changed_by;
  std::string changed_with;
  std::string changed_on;
};

std::string cluster_property(const policy::Status& status, std::string_view name) {
  for (const model::AttributeSet& set : status.snapshot->cluster_properties) {
    if (const model::Text* value = model::find_value(set.values, name)) return std::string(*value);
  }
  return {};
}

std::string cib_attribute(xml::Element cib, const char* name) {
  return std::string(cib.attribute(name).value_or(std::string_view()));
}

Facts facts_of(const View& view) {
  const policy::Status& status = *view.status;
  Facts facts;
  facts.stack = cluster_property(status, "cluster-infrastructure");
  facts.dc_version = cluster_property(status, "dc-version");
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    if (!status.nodes[i].is_dc) continue;
    facts.dc = &status.nodes[i];
    facts.dc_id = policy::NodeId(static_cast<std::uint32_t>(i));
  }
  facts.changed = cib_attribute(view.cib, "cib-last-written");
  facts.changed_by = cib_attribute(view.cib, "update-user");
  facts.changed_with = cib_attribute(view.cib, "update-client");
  facts.changed_on = cib_attribute(view.cib, "update-origin");
  return facts;
}

std::string_view policy_name(policy::NoQuorumPolicy value) {
  switch (value) {
    case policy::NoQuorumPolicy::kStop:
      return "stop";
    case policy::NoQuorumPolicy::kFreeze:
      return "freeze";
    case policy::NoQuorumPolicy::kIgnore:
      return "ignore";
    case policy::NoQuorumPolicy::kDemote:
      return "demote";
    case policy::NoQuorumPolicy::kFence:
      return "suicide";
  }
  return "stop";
}

/// Whether nodes that are online speak different feature sets.
bool is_mixed(const policy::Status& status) {
  std::set<std::string> feature_sets;
  for (const policy::NodeId id : status.node_order) {
    std::string features = policy::render::node_feature_set(status, id);
    if (!features.empty()) feature_sets.insert(std::move(features));
  }
  return feature_sets.size() > 1;
}

std::vector<cli::Span> dc_spans(const View& view, const Facts& facts) {
  const policy::Status& status = *view.status;
  std::vector<cli::Span> spans = {{.text = "Current DC: ", .css_class = "bold"}};
  if (facts.dc == nullptr) {
    spans.push_back({.text = "NONE", .css_class = "warning"});
    return spans;
  }
  spans.push_back(
      {.text = base::cat(policy::render::node_name(status, *facts.dc_id, view.list.detail),
                         " (version ", facts.dc_version.empty() ? "unknown" : facts.dc_version,
                         ") -")});
  if (is_mixed(status)) spans.push_back({.text = " MIXED-VERSION", .css_class = "warning"});
  spans.push_back({.text = " partition"});
  if (status.quorate) {
    spans.push_back({.text = " with"});
  } else {
    spans.push_back({.text = " WITHOUT", .css_class = "warning"});
  }
  spans.push_back({.text = " quorum"});
  return spans;
}

/// That there is no coordinator is told even where the section is not wanted.
bool shows_dc(const View& view, const Facts& facts) {
  return view.sections.has(Section::kDc) || facts.dc == nullptr;
}

/// Whether there is a summary. The options are a list of their own in HTML.
bool has_summary(const View& view, const Facts& facts, bool with_options) {
  Sections sections = Sections::summary();
  sections.set(Section::kOptions, with_options);
  return view.sections.has_any(sections) || facts.dc == nullptr;
}

std::string change_text(const Facts& facts) {
  std::string text = facts.changed;
  if (!facts.changed_by.empty()) text += base::cat(" by ", facts.changed_by);
  if (!facts.changed_with.empty()) text += base::cat(" via ", facts.changed_with);
  if (!facts.changed_on.empty()) text += base::cat(" on ", facts.changed_on);
  return text;
}

std::vector<cli::Span> counts_spans(const policy::render::ResourceCounts& counts) {
  std::string text = base::cat(counts.configured, " resource instance",
                               counts.configured == 1 ? "" : "s", " configured");
  std::vector<cli::Span> spans;
  if (counts.disabled > 0) {
    spans.push_back({.text = base::cat(text, " (", counts.disabled, " ")});
    spans.push_back({.text = "DISABLED", .css_class = "bold"});
    text = counts.blocked > 0 ? ", " : ")";
  }
  if (counts.blocked > 0) {
    if (spans.empty()) text += " (";
    spans.push_back({.text = base::cat(text, counts.blocked, " ")});
    spans.push_back({.text = "BLOCKED", .css_class = "bold"});
    text = " from further action due to failure)";
  }
  spans.push_back({.text = text});
  return spans;
}

void print_options(const policy::Status& status, cli::Output& output) {
  const policy::ClusterOptions& options = status.options;
  output.item(
      base::cat("STONITH of failed nodes ", options.fencing_enabled ? "enabled" : "disabled"));
  output.item(base::cat("Cluster is ", options.symmetric ? "symmetric" : "asymmetric"));
  switch (options.no_quorum_policy) {
    case policy::NoQuorumPolicy::kFreeze:
      output.item("No quorum policy: Freeze resources");
      break;
    case policy::NoQuorumPolicy::kStop:
      output.item("No quorum policy: Stop ALL resources");
      break;
    case policy::NoQuorumPolicy::kDemote:
      output.item("No quorum policy: Demote promotable resources and stop all other resources");
      break;
    case policy::NoQuorumPolicy::kIgnore:
      output.item("No quorum policy: Ignore");
      break;
    case policy::NoQuorumPolicy::kFence:
      output.item("No quorum policy: Suicide");
      break;
  }
}

void print_maintenance(const policy::Status& status, Page& page) {
  cli::Output& output = page.output();
  const policy::ClusterOptions& options = status.options;
  if (!output.is_text()) return;
  if (!options.maintenance_mode && !options.stop_all_resources) return;
  page.separate();
  if (options.maintenance_mode) {
    output.line("              *** Resource management is DISABLED ***");
    output.line("  The cluster will not attempt to start, stop or recover services");
    return;
  }
  output.line("    *** Resource management is DISABLED ***");
  output.line("  The cluster will keep all resources stopped");
}

/// Among the options of a page; in text it stands alone, for all to see.
void print_management(const policy::ClusterOptions& options, cli::Output& output) {
  if (!options.maintenance_mode && !options.stop_all_resources) {
    output.item("Resource management: enabled");
    return;
  }
  output.item({{.text = "Resource management: "},
               {.text = options.maintenance_mode ? "DISABLED" : "STOPPED", .css_class = "bold"},
               {.text = options.maintenance_mode
                            ? " (the cluster will not attempt to start, stop, or recover services)"
                            : " (the cluster will keep all resources stopped)"}});
}

std::string supervisor_text(const client::SupervisorHealth& supervisor) {
  if (supervisor.state == "running") return "Pacemaker is running";
  if (supervisor.state == "starting_daemons") return "Pacemaker daemons are starting";
  if (supervisor.state == "shutting_down") return "Pacemaker daemons are shutting down";
  return supervisor.state;
}

}  // namespace

void print_supervisor(const View& view, cli::Output& output) {
  if (!view.supervisor) return;
  output.line(base::cat("Status of pacemakerd: '", supervisor_text(*view.supervisor),
                        "' (last updated ", utc_time_text(view.supervisor->last_updated), ")"));
}

void print_summary(const View& view, Page& page) {
  cli::Output& output = page.output();
  const policy::Status& status = *view.status;
  const Facts facts = facts_of(view);
  const bool text = output.is_text();
  if (has_summary(view, facts, text)) {
    page.begin("Cluster Summary");
    if (view.sections.has(Section::kStack)) {
      output.item({{.text = "Stack: ", .css_class = "bold"},
                   {.text = facts.stack.empty() ? "unknown" : facts.stack}});
    }
    if (shows_dc(view, facts)) output.item(dc_spans(view, facts));
    if (view.sections.has(Section::kTimes)) {
      output.item(
          {{.text = "Last updated: ", .css_class = "bold"}, {.text = local_time_text(view.now)}});
      output.item(
          {{.text = output.is_text() ? "Last change:  " : "Last change: ", .css_class = "bold"},
           {.text = change_text(facts)}});
    }
    if (view.sections.has(Section::kCounts)) {
      const std::size_t nodes = status.nodes.size();
      output.item({{.text = base::cat(nodes, " node", nodes == 1 ? "" : "s", " configured")}});
      output.item(counts_spans(view.counts));
    }
    if (text && view.sections.has(Section::kOptions)) print_options(status, output);
    page.end();
  }
  if (!text && view.sections.has(Section::kOptions)) {
    page.begin("Config Options");
    print_options(status, output);
    print_management(status.options, output);
    page.end();
  }
  if (view.sections.has(Section::kMaintenance)) print_maintenance(status, page);
}

void add_summary_xml(const View& view, cli::Element& root) {
  if (view.supervisor) {
    root.add("pacemakerd")
        .set("sys_from", view.supervisor->sender)
        .set("state", view.supervisor->state)
        .set("last_updated", utc_time_text(view.supervisor->last_updated));
  }
  const policy::Status& status = *view.status;
  const Facts facts = facts_of(view);
  if (!has_summary(view, facts, true)) return;
  cli::Element& summary = root.add("summary");
  if (view.sections.has(Section::kStack)) {
    summary.add("stack").set("type", facts.stack.empty() ? "unknown" : facts.stack);
  }
  if (shows_dc(view, facts)) {
    cli::Element& dc = summary.add("current_dc").set("present", facts.dc != nullptr);
    if (facts.dc != nullptr) {
      dc.set("version", facts.dc_version).set("name", facts.dc->name).set("id", facts.dc->id);
      dc.set("with_quorum", status.quorate).set("mixed_version", is_mixed(status));
    }
  }
  if (view.sections.has(Section::kTimes)) {
    summary.add("last_update").set("time", local_time_text(view.now));
    summary.add("last_change")
        .set("time", facts.changed)
        .set("user", facts.changed_by)
        .set("client", facts.changed_with)
        .set("origin", facts.changed_on);
  }
  if (view.sections.has(Section::kCounts)) {
    const policy::render::ResourceCounts counts = view.counts;
    summary.add("nodes_configured").set("number", std::to_string(status.nodes.size()));
    summary.add("resources_configured")
        .set("number", std::to_string(counts.configured))
        .set("disabled", std::to_string(counts.disabled))
        .set("blocked", std::to_string(counts.blocked));
  }
  if (view.sections.has(Section::kOptions)) {
    const policy::ClusterOptions& options = status.options;
    const auto timeout = model::read_interval_ms(options.fencing_timeout);
    summary.add("cluster_options")
        .set("stonith-enabled", options.fencing_enabled)
        .set("symmetric-cluster", options.symmetric)
        .set("no-quorum-policy", policy_name(options.no_quorum_policy))
        .set("maintenance-mode", options.maintenance_mode)
        .set("stop-all-resources", options.stop_all_resources)
        .set("stonith-timeout-ms", std::to_string(timeout.value_or(60000)))
        .set("priority-fencing-delay-ms", std::to_string(options.priority_fencing_delay_ms));
  }
}

}  // namespace systole::crmd::monitor
