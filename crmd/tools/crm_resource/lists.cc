#include <algorithm>
#include <ctime>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/strings.h"
#include "lib/model/execution.h"
#include "policy/render/resource_line.h"
#include "policy/render/resource_text.h"
#include "policy/render/resource_xml.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::ExitCode;
using policy::RscId;

/// An operation of a node's history with the resource that it is about.
struct ListedOperation {
  const model::NodeState* state;
  const model::HistoryResource* entry;
  const model::HistoryOperation* operation;
};

/// By call id, which is the order in which they ran.
std::vector<const model::HistoryOperation*> in_order(const model::HistoryResource& entry) {
  std::vector<const model::HistoryOperation*> sorted;
  for (const model::HistoryOperation& operation : entry.operations) sorted.push_back(&operation);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return a->call_id.value_or(0) < b->call_id.value_or(0);
  });
  return sorted;
}

/// Leaves out what a later stop made void, and what happened before the last start.
std::vector<const model::HistoryOperation*> active_ones(
    std::vector<const model::HistoryOperation*> sorted) {
  constexpr int kNever = -1;
  int start = kNever;
  int stop = kNever;
  int implied_by_role = kNever;
  int implied_by_monitor = kNever;
  for (int i = 0; i < static_cast<int>(sorted.size()); ++i) {
    const model::HistoryOperation& operation = *sorted[static_cast<std::size_t>(i)];
    const int rc = operation.rc.value_or(-1);
    if (operation.operation == "stop" && operation.status.value_or(-1) == 0) stop = i;
    if (operation.operation == "start" || operation.operation == "migrate_from") start = i;
    if (operation.operation == "promote" || operation.operation == "demote") implied_by_role = i;
    if (operation.operation == "monitor" && start <= stop && (rc == 0 || rc == 8)) {
      implied_by_monitor = i;
    }
  }
  if (start == kNever) start = implied_by_role != kNever ? implied_by_role : implied_by_monitor;
  if (start < stop) return {};
  if (start > 0) sorted.erase(sorted.begin(), sorted.begin() + start);
  return sorted;
}

bool is_wanted(const Context& context, const model::HistoryResource& entry) {
  if (context.id().empty()) return true;
  if (entry.id == context.id()) return true;
  const std::vector<RscId>& wanted = context.resources();
  return std::any_of(wanted.begin(), wanted.end(), [&](RscId top) {
    bool found = false;
    policy::for_each_primitive(context.status(), top, [&](RscId id) {
      const policy::Resource& resource = context.status().resource(id);
      found = found || resource.history_name() == entry.id || resource.base_id == entry.id;
    });
    return found;
  });
}

std::vector<ListedOperation> operations_of(const Context& context, bool active_only) {
  std::vector<ListedOperation> all;
  const std::string node = context.node_name();
  for (const model::NodeState& state : context.status().snapshot->states) {
    if (!node.empty() && state.name != node) continue;
    for (const model::HistoryResource& entry : state.history) {
      if (!is_wanted(context, entry)) continue;
      std::vector<const model::HistoryOperation*> sorted = in_order(entry);
      if (active_only) sorted = active_ones(std::move(sorted));
      for (const model::HistoryOperation* operation : sorted) {
        all.push_back({&state, &entry, operation});
      }
    }
  }
  return all;
}

std::string time_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm local{};
  ::localtime_r(&time, &local);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &local);
  return {text, length};
}

std::string status_text(const model::HistoryOperation& operation) {
  const auto status = model::execution_status(operation.status.value_or(-2));
  return status ? std::string(model::describe(*status)) : "UNKNOWN";
}

std::string number_text(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "";
}

void print_operation(const Context& context, const ListedOperation& listed) {
  const model::HistoryOperation& operation = *listed.operation;
  const std::vector<RscId> resources = resources_named(context.status(), listed.entry->id);
  std::string text = std::string(listed.entry->id);
  if (!resources.empty()) {
    text = policy::render::resource_line(context.status(), resources.front(),
                                         {.inactive = true, .places = false});
  }
  text += base::cat(": ", operation.key.empty() ? operation.id : operation.key,
                    " (node=", listed.state->name, ", call=", number_text(operation.call_id),
                    ", rc=", number_text(operation.rc));
  if (operation.last_change) {
    text += base::cat(", last-rc-change='", time_text(*operation.last_change), "'");
  }
  if (!operation.exec_time.empty()) text += base::cat(", exec=", operation.exec_time, "ms");
  context.out.line(base::cat(text, "): ", status_text(operation)));
}

void add_operation(const ListedOperation& listed, cli::Element& parent) {
  const model::HistoryOperation& operation = *listed.operation;
  const model::Agent& agent = listed.entry->agent;
  cli::Element& element = parent.add("operation");
  element.set("op", operation.key.empty() ? operation.id : operation.key);
  element.set("node", listed.state->name).set("call", number_text(operation.call_id));
  element.set("rc", number_text(operation.rc)).set("status", status_text(operation));
  element.set("rsc", listed.entry->id);
  element.set("agent", base::cat(agent.standard, ":", agent.provider, ":", agent.type));
  if (operation.last_change) element.set("last-rc-change", time_text(*operation.last_change));
  if (!operation.exec_time.empty()) element.set("exec-time", operation.exec_time);
}

/// Who asks for a list learns from the exit code that there is nothing in it.
ExitCode no_resources(Context& context) {
  context.out.error(base::cat(
      kProgram.name, ": Error performing operation: ", cli::exit_text(ExitCode::kNoSuchObject)));
  return ExitCode::kNoSuchObject;
}

}  // namespace

ExitCode list(Context& context) {
  const policy::render::ListOptions options{.inactive = true, .places = false};
  const policy::Status& status = context.status();
  if (context.out.is_structured()) {
    cli::Element& resources = context.out.root().add("resources");
    for (const RscId id : status.top_level) {
      policy::render::add_resource_xml(status, id, options, resources);
    }
    if (!status.top_level.empty()) return ExitCode::kOk;
    resources.add("item").set_text("No resources");
    return no_resources(context);
  }
  context.out.begin_list("Full List of Resources");
  const bool any = policy::render::print_resource_list(status, options, context.out);
  if (!any) context.out.item("No resources");
  context.out.end_list();
  return any ? ExitCode::kOk : no_resources(context);
}

ExitCode list_raw(Context& context) {
  std::vector<std::string> names;
  const policy::Status& status = context.status();
  for (const RscId top : status.top_level) {
    policy::for_each_primitive(status, top,
                               [&](RscId id) { names.emplace_back(status.resource(id).id); });
  }
  if (names.empty()) {
    context.out.error("NO resources configured\n");
    return no_resources(context);
  }
  if (context.out.is_structured()) {
    cli::Element& element = context.out.root().add("list");
    element.set("name", "resource names").set("count", std::to_string(names.size()));
    for (const std::string& name : names) {
      element.add("item").set("name", "resource").set_text(name);
    }
    return ExitCode::kOk;
  }
  for (const std::string& name : names) context.out.line(name);
  return ExitCode::kOk;
}

ExitCode list_operations(Context& context) {
  bool active_only = true;
  for (const cli::GivenOption& given : context.line.options) {
    if (given.id == kListOperations) active_only = true;
    if (given.id == kListAllOperations) active_only = false;
  }
  const std::vector<ListedOperation> operations = operations_of(context, active_only);
  if (context.out.is_structured()) {
    cli::Element& element = context.out.root().add("operations");
    for (const ListedOperation& listed : operations) add_operation(listed, element);
    return ExitCode::kOk;
  }
  for (const ListedOperation& listed : operations) print_operation(context, listed);
  return ExitCode::kOk;
}

ExitCode locate(Context& context) {
  const policy::Status& status = context.status();
  const std::vector<Place> places = places_of(status, context.resources());
  if (context.out.is_structured()) {
    cli::Element& nodes = context.out.root().add("nodes");
    nodes.set("resource", context.id());
    for (const Place& place : places) {
      cli::Element& node = nodes.add("node");
      if (place.promoted) node.set("state", "promoted");
      node.set_text(status.node(place.node).name);
    }
    return ExitCode::kOk;
  }
  for (const Place& place : places) {
    const std::string_view name = status.node(place.node).name;
    if (context.quiet()) {
      context.out.line(name);
    } else {
      context.out.line(base::cat("resource ", context.id(), " is running on: ", name,
                                 place.promoted ? " Promoted" : ""));
    }
  }
  if (places.empty() && !context.quiet()) {
    context.out.error(base::cat("resource ", context.id(), " is NOT running"));
  }
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
