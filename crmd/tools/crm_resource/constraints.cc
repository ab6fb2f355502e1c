#include <set>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/strings.h"
#include "policy/rules/rules.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::ExitCode;
using policy::RscId;

/// A preference of a resource for a node that holds now.
struct Location {
  std::string node;
  std::string resource;
  std::string id;
  std::string score;
};

/// Two resources that want to be together, seen from one of them.
struct Colocation {
  std::string id;
  std::string dependent;
  std::string primary;
  std::string score;
  std::string dependent_role;
  std::string primary_role;
};

bool concerns(const model::LocationConstraint& constraint, std::string_view resource) {
  if (constraint.resource == resource) return true;
  for (const model::ResourceSet& set : constraint.sets) {
    for (const model::Text member : set.resources) {
      if (member == resource) return true;
    }
  }
  return false;
}

/// The last constraint first.
std::vector<Location> locations_of(const policy::Status& status, std::string_view resource) {
  std::vector<Location> found;
  const std::vector<model::Constraint>& constraints = status.snapshot->constraints;
  for (auto constraint = constraints.rbegin(); constraint != constraints.rend(); ++constraint) {
    const auto* location = std::get_if<model::LocationConstraint>(&*constraint);
    if (location == nullptr || !concerns(*location, resource)) continue;
    if (!location->rule) {
      found.push_back({std::string(location->node), std::string(resource),
                       std::string(location->id), std::string(location->score)});
      continue;
    }
    for (const policy::NodeId id : status.node_order) {
      const policy::Node& node = status.node(id);
      policy::RuleContext context = policy::time_context(status);
      context.node = &node.attributes;
      if (!policy::passes(*location->rule, context)) continue;
      found.push_back({std::string(node.name), std::string(resource),
                       std::string(location->rule->id), std::string(location->rule->score)});
    }
  }
  return found;
}

std::vector<Colocation> colocations_of(const policy::Status& status, std::string_view resource,
                                       bool as_primary) {
  std::vector<Colocation> found;
  for (const model::Constraint& constraint : status.snapshot->constraints) {
    const auto* colocation = std::get_if<model::ColocationConstraint>(&constraint);
    if (colocation == nullptr) continue;
    if ((as_primary ? colocation->primary : colocation->dependent) != resource) continue;
    found.push_back({std::string(colocation->id), std::string(colocation->dependent),
                     std::string(colocation->primary), std::string(colocation->score),
                     std::string(colocation->dependent_role),
                     std::string(colocation->primary_role)});
  }
  return found;
}

class Printer {
 public:
  Printer(Context& context, bool recursive) : context_(context), recursive_(recursive) {}

  void show(const std::string& resource) {
    visited_.insert(resource);
    locations(resource, "");
    colocations(resource, "", true);
    colocations(resource, "", false);
  }

 private:
  void locations(const std::string& resource, const std::string& indent) {
    const std::vector<Location> found = locations_of(context_.status(), resource);
    if (context_.out.is_structured()) {
      for (const Location& location : found) {
        root()
            .add("rsc_location")
            .set("node", location.node)
            .set("rsc", location.resource)
            .set("id", location.id)
            .set("score", location.score);
      }
      return;
    }
    if (found.empty()) return;
    context_.out.line(heading(indent, "Locations:"));
    for (const Location& location : found) {
      context_.out.line(base::cat(indent, "  * Node ", location.node, " (score=", location.score,
                                  ", id=", location.id, ", rsc=", location.resource, ")"));
    }
  }

  /// What wants to be with `resource` (`as_primary`), or what it wants to be with.
  void colocations(const std::string& resource, const std::string& indent, bool as_primary) {
    const std::vector<Colocation> found = colocations_of(context_.status(), resource, as_primary);
    if (found.empty()) return;
    if (!context_.out.is_structured()) {
      context_.out.line(
          heading(indent, as_primary ? base::cat("Resources colocated with ", resource, ":")
                                     : base::cat("Resources ", resource, " is colocated with:")));
    }
    for (const Colocation& colocation : found) one(colocation, indent, as_primary);
  }

  void one(const Colocation& colocation, const std::string& indent, bool as_primary) {
    const std::string& other = as_primary ? colocation.dependent : colocation.primary;
    if (context_.out.is_structured()) {
      cli::Element& element = root().add("rsc_colocation");
      element.set("id", colocation.id).set("rsc", colocation.dependent);
      element.set("with-rsc", colocation.primary).set("score", colocation.score);
    } else {
      const std::string& role = as_primary ? colocation.dependent_role : colocation.primary_role;
      const std::string loop = visited_.contains(other) ? " - loop" : "";
      const std::string needs = role.empty() ? "" : base::cat(", needs role=", role);
      context_.out.line(base::cat(indent, "  * ", other, " (score=", colocation.score, needs,
                                  ", id=", colocation.id, loop, ")"));
    }
    if (!visited_.insert(other).second) return;
    locations(other, indent + "    ");
    if (recursive_) colocations(other, indent + "    ", as_primary);
  }

  static std::string heading(const std::string& indent, std::string_view text) {
    return indent.empty() ? std::string(text) : base::cat(indent, "* ", text);
  }

  cli::Element& root() {
    std::vector<cli::Element>& children = context_.out.root().children();
    if (children.empty()) context_.out.root().add("constraints");
    return children.front();
  }

  Context& context_;
  bool recursive_;
  std::set<std::string> visited_;
};

}  // namespace

ExitCode show_constraints(Context& context) {
  const bool recursive = context.line.has(kRecursive) || context.line.has(kStack);
  RscId resource = context.resource_id();
  if (!context.force()) resource = policy::top_of(context.status(), resource);
  if (context.out.is_structured()) context.out.root().add("constraints");
  Printer(context, recursive).show(std::string(context.status().resource(resource).id));
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
