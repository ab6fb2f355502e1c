#include "policy/tool/report.h"

#include <algorithm>

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "policy/render/node_text.h"
#include "policy/render/resource_text.h"
#include "policy/render/summary_text.h"
#include "policy/status/fail_counts.h"
#include "policy/status/queries.h"

namespace systole::policy::tool {

namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

std::string_view function_of(ScoreLine::Kind kind) {
  switch (kind) {
    case ScoreLine::Kind::kPrimitive:
      return "pcmk__primitive_assign: ";
    case ScoreLine::Kind::kGroup:
      return "pcmk__group_assign: ";
    case ScoreLine::Kind::kClone:
      return "pcmk__clone_assign: ";
    case ScoreLine::Kind::kBundle:
      return "pcmk__bundle_assign: ";
    case ScoreLine::Kind::kPromotion:
      return "";
  }
  return "";
}

std::string score_text(const Status& status, const ScoreLine& line) {
  const std::string_view rsc = status.resource(line.resource).id;
  const std::string score = base::to_string(line.score);
  if (line.kind == ScoreLine::Kind::kPromotion) {
    if (!line.node) return base::cat(rsc, " promotion score (inactive): ", score);
    return base::cat(rsc, " promotion score on ", status.node(*line.node).name, ": ", score);
  }
  return base::cat(function_of(line.kind), rsc, " allocation score on ",
                   status.node(*line.node).name, ": ", score);
}

std::string utilization_text(const Status& status, const UtilizationLine& line) {
  std::string values;
  for (const auto& [name, value] : line.values) values += base::cat(" ", name, "=", value);
  const std::string_view node = status.node(line.node).name;
  switch (line.kind) {
    case UtilizationLine::Kind::kOriginal:
      return base::cat("Original: ", node, " capacity:", values);
    case UtilizationLine::Kind::kRemaining:
      return base::cat("Remaining: ", node, " capacity:", values);
    case UtilizationLine::Kind::kAssigned:
      break;
  }
  return base::cat("pcmk__assign_resource: ", status.resource(*line.resource).id,
                   " utilization on ", node, ":", values);
}

bool is_builtin(model::Text name) {
  return name.starts_with("#") || name.starts_with("fail-count-") ||
         name.starts_with("last-failure-") || name == "shutdown" || name == "terminate" ||
         name == "standby" || name == "probe_complete";
}

void print_attributes(const Status& status, cli::Output& output) {
  output.line();
  output.begin_list("");
  output.begin_list("Node Attributes");
  for (const NodeId id : status.node_order) {
    const Node& node = status.node(id);
    if (!node.online) continue;
    output.begin_list(base::cat("Node: ", node.name));
    for (const model::NameValue& attribute : node.attributes) {
      if (is_builtin(attribute.name)) continue;
      output.item(base::cat(padded(attribute.name, 32), "\t: ", padded(attribute.value, 10)));
    }
    output.end_list();
  }
  output.end_list();
  output.end_list();
}

void print_fail_counts(const Status& status, cli::Output& output) {
  output.line();
  output.begin_list("");
  output.begin_list("Migration Summary");
  for (const NodeId id : status.node_order) {
    output.begin_list(base::cat("Node: ", status.node(id).name));
    for (std::size_t i = 0; i < status.resources.size(); ++i) {
      const RscId rsc(static_cast<std::uint32_t>(i));
      if (!status.resources[i].is_primitive()) continue;
      const FailCount failed = fail_count(status, rsc, id, Expiry::kIgnored);
      if (failed.count.value() == 0) continue;
      output.item(base::cat(status.resources[i].id, ": migration-threshold=",
                            base::to_string(status.resources[i].migration_threshold),
                            " fail-count=", base::to_string(failed.count), " last-failure='",
                            base::format_utc(failed.last_failure), "'"));
    }
    output.end_list();
  }
  output.end_list();
  output.end_list();
}

}  // namespace

void print_status(const Status& status, const Settings& settings, bool pending,
                  cli::Output& output) {
  render::ListOptions options;
  options.inactive = true;
  options.pending = pending;
  output.begin_list("Node List");
  render::print_node_list(status, options, output);
  output.end_list();
  output.line();
  output.begin_list("Full List of Resources");
  if (!render::print_resource_list(status, options, output)) output.item("No resources");
  output.end_list();
  if (settings.show_attributes) print_attributes(status, output);
  if (settings.show_fail_counts) print_fail_counts(status, output);
}

void print_scores(const Plan& plan, const Settings& settings, cli::Output& output) {
  const auto print = [&](const std::string& text) {
    if (settings.quiet) {
      output.line(text);
    } else {
      output.item(text);
    }
  };
  if (!settings.quiet) {
    std::string title = "Assignment Scores";
    if (settings.show_utilization) {
      title = settings.show_scores ? "Assignment Scores and Utilization Information"
                                   : "Utilization Information";
    }
    output.line();
    output.begin_list(title);
  }
  if (settings.show_utilization) {
    for (const UtilizationLine& line : plan.placement->utilization_lines) {
      print(utilization_text(*plan.status, line));
    }
  }
  if (settings.show_scores) {
    for (const ScoreLine& line : plan.placement->score_lines) {
      if (plan.status->resource(line.resource).removed) continue;
      print(score_text(*plan.status, line));
    }
  }
  if (!settings.quiet) output.end_list();
}

void print_summary(const Plan& plan, cli::Output& output) {
  for (const std::string& line : render::summary_text(plan.summary)) output.item(line);
}

std::string execution_line(const model::GraphAction& action, std::string_view resource) {
  const std::string on = action.node.empty() ? "" : base::cat(" on ", action.node);
  switch (action.kind) {
    case model::GraphActionKind::kPseudo:
      return base::cat("Pseudo action:   ", action.key, on);
    case model::GraphActionKind::kCluster:
      if (action.resource) {
        return base::cat("Cluster action:  ", action.operation, " for ", resource, on);
      }
      return base::cat("Cluster action:  ", action.operation, on);
    case model::GraphActionKind::kFence: {
      std::string operation;
      for (const auto& [name, value] : action.attributes) {
        if (name == "CRM_meta_stonith_action") operation = value;
      }
      return base::cat("Fencing ", action.node, " (", operation, ")");
    }
    case model::GraphActionKind::kResource:
      break;
  }
  std::string interval;
  for (const auto& [name, value] : action.attributes) {
    if (name == "CRM_meta_interval" && action.operation != "delete")
      interval = base::cat("=", value);
  }
  return base::cat("Resource action: ", padded(resource, 15), " ", action.operation, interval, on);
}

}  // namespace systole::policy::tool
