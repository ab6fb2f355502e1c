#include <algorithm>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/strings.h"
#include "policy/render/words.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::ExitCode;
using policy::RscId;

/// What the configuration says that can keep a resource from running.
struct Findings {
  std::string resource;
  bool remain_stopped = false;
  bool unpromoted = false;
  bool unmanaged = false;
  std::string locked_to = {};
};

Findings examine(const policy::Status& status, RscId id) {
  const RscId top = policy::top_of(status, id);
  const policy::Resource& resource = status.resource(top);
  Findings findings{.resource = std::string(resource.id)};
  const policy::Role wanted = policy::parse_role(resource.meta.value_or("target-role", "Started"));
  findings.remain_stopped = wanted == policy::Role::kStopped;
  findings.unpromoted =
      wanted == policy::Role::kUnpromoted && resource.is_clone() && resource.clone.promotable;
  findings.unmanaged = !resource.managed;
  if (const std::optional<policy::NodeId> node = status.resource(id).lock_node; node) {
    findings.locked_to = status.node(*node).name;
  }
  return findings;
}

void show_findings(Context& context, const Findings& findings, cli::Element* parent) {
  const std::string& id = findings.resource;
  if (parent != nullptr) {
    cli::Element& check = parent->add("check");
    check.set("id", id);
    if (findings.remain_stopped) check.set("remain_stopped", true);
    if (findings.unpromoted) check.set("promotable", false);
    if (findings.unmanaged) check.set("unmanaged", true);
    if (!findings.locked_to.empty()) check.set("locked-to", findings.locked_to);
    return;
  }
  if (findings.remain_stopped) {
    context.out.line(base::cat("Configuration specifies '", id, "' should remain stopped"));
  }
  if (findings.unpromoted) {
    context.out.line(base::cat("Configuration specifies '", id, "' should not be promoted"));
  }
  if (findings.unmanaged) {
    context.out.line(
        base::cat("Configuration prevents cluster from stopping or starting unmanaged '", id, "'"));
  }
  if (!findings.locked_to.empty()) {
    context.out.line(
        base::cat("'", id, "' is locked to node ", findings.locked_to, " due to shutdown"));
  }
}

bool runs_on(const policy::Status& status, const std::vector<RscId>& resources,
             std::optional<policy::NodeId> node) {
  const std::vector<Place> places = places_of(status, resources);
  if (!node) return !places.empty();
  return std::any_of(places.begin(), places.end(),
                     [&](const Place& place) { return place.node == *node; });
}

void explain_one(Context& context, const std::string& name, const std::vector<RscId>& resources,
                 cli::Element* parent) {
  const policy::Status& status = context.status();
  const bool runs = runs_on(status, resources, context.node());
  const std::string where = context.node() ? " on host " + context.node_name() : "";
  context.out.line(base::cat("Resource ", name, runs ? " is running" : " is not running", where));
  cli::Element* element = parent;
  if (parent != nullptr && context.id().empty()) {
    element = &parent->add("resource");
    element->set("id", name).set("running", runs);
    if (context.node()) element->set("host", context.node_name());
  }
  show_findings(context, examine(status, resources.front()), element);
}

}  // namespace

ExitCode explain(Context& context) {
  const policy::Status& status = context.status();
  cli::Element* parent = context.out.is_structured() ? &context.out.root().add("reason") : nullptr;
  if (!context.id().empty()) {
    if (parent != nullptr) {
      parent->set("running", runs_on(status, context.resources(), context.node()));
    }
    explain_one(context, context.id(), context.resources(), parent);
    return ExitCode::kOk;
  }
  if (parent != nullptr) parent = &parent->add("resources");
  for (const RscId top : status.top_level) {
    if (!context.node()) {
      explain_one(context, std::string(status.resource(top).id), {top}, parent);
      continue;
    }
    policy::for_each_primitive(status, top, [&](RscId id) {
      const policy::Resource& resource = status.resource(id);
      if (policy::is_active_on(resource, *context.node())) {
        explain_one(context, std::string(resource.id), {id}, parent);
      }
    });
  }
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
