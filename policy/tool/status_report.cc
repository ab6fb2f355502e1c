#include "policy/tool/status_report.h"

#include "lib/base/strings.h"
#include "policy/render/failures.h"
#include "policy/render/node_attributes.h"
#include "policy/render/node_history.h"
#include "policy/render/node_text.h"
#include "policy/render/node_xml.h"
#include "policy/render/resource_text.h"
#include "policy/render/resource_xml.h"

namespace systole::policy::tool {

namespace {

/// Operations under way are part of what is, not of what would be.
render::ListOptions options_of(StatusKind kind) {
  render::ListOptions options;
  options.since_2_1_6 = true;
  options.inactive = true;
  options.pending = kind == StatusKind::kCurrent;
  return options;
}

void print_banner(const Status& status, cli::Output& output) {
  if (status.options.maintenance_mode) {
    output.line();
    output.line("              *** Resource management is DISABLED ***");
    output.line("  The cluster will not attempt to start, stop or recover services");
  }
  const render::ResourceCounts counts = render::count_resources(status);
  if (counts.disabled == 0 && counts.blocked == 0) return;
  output.line(base::cat(counts.disabled, " of ", counts.configured,
                        " resource instances DISABLED and ", counts.blocked,
                        " BLOCKED from further action due to failure"));
  output.line();
}

void print_failed_operations(const Status& status, const render::ListOptions& options,
                             cli::Output& output) {
  output.line();
  output.begin_list("Migration Summary");
  output.show_heading();
  render::print_node_history(status, options, render::HistoryDetail::kFailCounts, output);
  output.end_list();
  if (!render::has_failures(status, options)) return;
  output.line();
  output.begin_list("Failed Resource Actions");
  render::print_failures(status, options, render::FailureStyle::kRecord, output);
  output.end_list();
}

void print_status(const Status& status, StatusKind kind, const Settings& settings,
                  cli::Output& output) {
  const render::ListOptions options = options_of(kind);
  if (!status.nodes.empty()) {
    output.begin_list("Node List");
    render::print_node_list(status, options, output);
    output.end_list();
    output.line();
  }
  output.begin_list("Full List of Resources");
  if (!render::print_resource_list(status, options, output)) output.item("No resources");
  output.end_list();
  if (settings.show_attributes && render::has_node_attributes(status, options)) {
    output.line();
    output.begin_list("Node Attributes");
    render::print_node_attributes(status, options, output);
    output.end_list();
  }
  if (settings.show_fail_counts) print_failed_operations(status, options, output);
}

cli::Element status_xml(const Status& status, StatusKind kind, const Settings& settings) {
  const render::ListOptions options = options_of(kind);
  cli::Element element(kind == StatusKind::kCurrent ? "cluster_status" : "revised_cluster_status");
  render::add_nodes_xml(status, options, false, element.add("nodes"));
  cli::Element& resources = element.add("resources");
  for (const RscId id : status.top_level) {
    if (render::is_shown(status, id, options)) {
      render::add_resource_xml(status, id, options, resources);
    }
  }
  if (settings.show_attributes) render::add_node_attributes_xml(status, options, element);
  if (settings.show_fail_counts) {
    render::add_node_history_xml(status, options, render::HistoryDetail::kFailCounts, element);
    render::add_failures_xml(status, options, element);
  }
  return element;
}

}  // namespace

void report_status(const Status& status, StatusKind kind, const Settings& settings,
                   cli::Output& output) {
  if (output.is_structured()) {
    output.root().add(status_xml(status, kind, settings));
    return;
  }
  if (settings.quiet) return;
  if (kind == StatusKind::kCurrent) {
    print_banner(status, output);
    output.begin_list("Current cluster status");
  } else {
    output.line();
    output.begin_list("Revised Cluster Status");
  }
  print_status(status, kind, settings, output);
  output.end_list();
}

}  // namespace systole::policy::tool
