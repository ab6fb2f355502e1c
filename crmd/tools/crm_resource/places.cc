#include "crmd/tools/crm_resource/places.h"

#include <algorithm>
#include <ctime>
#include <set>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "lib/cib/sections.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Errc;
using base::Result;
using cli::ExitCode;

constexpr std::string_view kForbid = "-INFINITY";
constexpr std::string_view kPrefer = "INFINITY";

/// The ids that the parts of a constraint with a lifetime have.
struct RuleIds {
  std::string rule;
  std::string expression;
  std::string lifetime;
};

std::string prefer_id(const std::string& resource) {
  return "cli-prefer-" + resource;
}

std::string ban_id(const std::string& resource, const std::string& node) {
  return base::cat("cli-ban-", resource, "-on-", node);
}

/// When a lifetime that begins now ends; empty when none was asked for. kUsage for text that is no
/// duration.
Result<std::string> end_of_lifetime(Context& context) {
  const std::optional<std::string> text = context.line.value(kLifetime);
  if (!text) return std::string();
  const Result<base::CalendarPeriod> period = base::parse_period(*text);
  if (!period) {
    context.out.error(base::cat("Invalid duration specified: ", *text));
    context.out.error(
        "Please refer to https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid "
        "durations");
    return {Errc::kUsage, ""};
  }
  const base::Timestamp end = base::add({.seconds = std::time(nullptr)}, *period);
  std::string shown = base::format_utc(end.seconds);
  if (!context.quiet()) context.out.line("Migration will take effect until: " + shown);
  return shown;
}

/// Makes or replaces the constraint `id` on one node; with an end, as a rule.
Result<void> write_constraint(Context& context, const std::string& id, const std::string& resource,
                              const std::string& node, std::string_view score,
                              const std::string& end, const RuleIds& ids) {
  xml::Document constraint = xml::Document::create("rsc_location");
  xml::Element root = constraint.root();
  root.set_attribute("id", id);
  root.set_attribute("rsc", resource);
  root.set_attribute("role", context.line.has(kPromoted) ? "Promoted" : "Started");
  if (end.empty()) {
    root.set_attribute("node", node);
    root.set_attribute("score", score);
  } else {
    xml::Element rule = root.append("rule");
    rule.set_attribute("id", ids.rule);
    rule.set_attribute("score", score);
    rule.set_attribute("boolean-op", "and");
    xml::Element place = rule.append("expression");
    place.set_attribute("id", ids.expression);
    place.set_attribute("attribute", "#uname");
    place.set_attribute("operation", "eq");
    place.set_attribute("value", node);
    place.set_attribute("type", "string");
    xml::Element time = rule.append("date_expression");
    time.set_attribute("id", ids.lifetime);
    time.set_attribute("operation", "lt");
    time.set_attribute("end", end);
  }
  return context.change({.operation = cib::Operation::kModify,
                         .target = "constraints",
                         .options = cib::CallOption::kCanCreate,
                         .input = root});
}

void warn_of_ban(Context& context, const std::string& resource, const std::string& node) {
  if (context.quiet()) return;
  const std::string_view what = context.line.has(kPromoted) ? "being promoted" : "running";
  context.out.line(base::cat("WARNING: Creating rsc_location constraint '", ban_id(resource, node),
                             "' with a score of -INFINITY for resource ", resource, " on ", node,
                             "."));
  context.out.line(base::cat("\tThis will prevent ", resource, " from ", what, " on ", node,
                             " until the constraint is removed using the clear option or by "
                             "editing the CIB with an appropriate tool"));
  context.out.line(
      base::cat("\tThis will be the case even if ", node, " is the last node in the cluster"));
}

Result<void> add_ban(Context& context, const std::string& resource, const std::string& node) {
  const Result<std::string> end = end_of_lifetime(context);
  if (!end) return end.error();
  warn_of_ban(context, resource, node);
  const std::string id = ban_id(resource, node);
  return write_constraint(context, id, resource, node, kForbid, *end,
                          {id + "-rule", id + "-expr", id + "-lifetime"});
}

Result<void> add_preference(Context& context, const std::string& resource,
                            const std::string& node) {
  const Result<std::string> end = end_of_lifetime(context);
  if (!end) return end.error();
  return write_constraint(context, prefer_id(resource), resource, node, kPrefer, *end,
                          {"cli-prefer-rule-" + resource, "cli-prefer-expr-" + resource,
                           "cli-prefer-lifetime-end-" + resource});
}

/// The nodes where the resource is active; of a promotable clone that is promoted on one node, that
/// node.
std::vector<std::string> decisive_nodes(const Context& context) {
  const policy::Status& status = context.status();
  const std::vector<Place> places = places_of(status, context.resources());
  std::vector<std::string> all;
  std::vector<std::string> promoted;
  for (const Place& place : places) {
    const std::string name(status.node(place.node).name);
    all.push_back(name);
    if (place.promoted) promoted.push_back(name);
  }
  const bool is_promotable = context.resource().is_clone() && context.resource().clone.promotable;
  if (is_promotable && (promoted.size() == 1 || context.line.has(kPromoted))) return promoted;
  return all;
}

ExitCode ban_where_it_is(Context& context) {
  const std::vector<std::string> nodes = decisive_nodes(context);
  if (nodes.size() != 1) {
    return fail(context.out, ExitCode::kUsage,
                base::cat("Resource '", context.id(), "' not moved: active in ", nodes.size(),
                          " locations.\nTo prevent '", context.id(),
                          "' from running on a specific location, specify a node."));
  }
  const Result<void> banned = add_ban(context, context.id(), nodes.front());
  if (banned) return ExitCode::kOk;
  return banned.error().code == Errc::kUsage ? ExitCode::kUsage : fail(context.out, banned.error());
}

/// Numbered instances have no identity that a constraint could name.
bool is_instance(const Context& context) {
  return context.resource().instance >= 0 && context.resource().id == context.id() &&
         context.resource().id != context.resource().base_id;
}

ExitCode refuse_instance(Context& context) {
  return fail(context.out, ExitCode::kInvalidParameter,
              base::cat("Cannot operate on clone resource instance '", context.id(), "'"));
}

/// The node that a constraint of ours is about.
std::string constraint_node(xml::Element constraint) {
  if (const auto node = constraint.attribute("node"); node) return std::string(*node);
  const xml::Element rule = constraint.first_child("rule");
  if (!rule) return "";
  for (const xml::Element expression : rule.children("expression")) {
    if (expression.attribute_or("attribute", "") == "#uname") {
      return std::string(expression.attribute_or("value", ""));
    }
  }
  return "";
}

bool has_expired(xml::Element constraint, std::int64_t now) {
  const xml::Element rule = constraint.first_child("rule");
  const xml::Element date = rule ? rule.first_child("date_expression") : xml::Element();
  if (!date || date.attribute_or("operation", "") != "lt") return false;
  const Result<base::Timestamp> end =
      base::parse_timestamp(date.attribute_or("end", ""), {.seconds = now});
  return end && end->seconds < now;
}

ExitCode move_to(Context& context, const std::string& node) {
  const std::vector<std::string> nodes = decisive_nodes(context);
  const bool is_there = nodes.size() == 1 && nodes.front() == node;
  if (is_there && !context.force()) {
    context.out.error(
        base::cat("crm_resource: Error performing operation: ", cli::exit_text(ExitCode::kExists)));
    return ExitCode::kExists;
  }
  // Whatever an earlier move or ban said about this resource and node is no longer wanted.
  const Result<std::vector<std::string>> cleared =
      clear_constraints(context, {.resource = context.id(), .node = node, .any_preference = true});
  if (!cleared) return fail(context.out, cleared.error());
  const Result<void> preferred = add_preference(context, context.id(), node);
  if (!preferred) {
    return preferred.error().code == Errc::kUsage ? ExitCode::kUsage
                                                  : fail(context.out, preferred.error());
  }
  if (!context.force() || is_there) return ExitCode::kOk;
  if (nodes.size() == 1) {
    const Result<void> banned = add_ban(context, context.id(), nodes.front());
    return banned ? ExitCode::kOk : fail(context.out, banned.error());
  }
  if (nodes.size() > 1) {
    context.out.line(base::cat("Resource '", context.id(), "' is currently active in ",
                               nodes.size(), " locations.  One may now move to ", node));
    context.out.line(base::cat("To prevent '", context.id(),
                               "' from being active at a specific location, specify a node."));
  }
  return ExitCode::kOk;
}

}  // namespace

Result<std::vector<std::string>> clear_constraints(Context& context, const ClearFilter& filter) {
  const xml::Element section = cib::section_or_root(context.document(), "constraints");
  std::vector<std::string> removed;
  if (!section.is("constraints")) return removed;
  std::set<std::string> bans;
  for (const policy::Node& node : context.status().nodes) {
    if (filter.node.empty() || node.name == filter.node) {
      bans.insert(ban_id(filter.resource, std::string(node.name)));
    }
  }
  const std::int64_t now = std::time(nullptr);
  xml::Document objects = xml::Document::create("constraints");
  for (const xml::Element constraint : section.children("rsc_location")) {
    const std::string id(constraint.id());
    const bool is_preference = id == prefer_id(filter.resource);
    if (!is_preference && !bans.contains(id)) continue;
    const bool other_node = !filter.node.empty() && constraint_node(constraint) != filter.node;
    if (is_preference && other_node && !filter.any_preference) continue;
    if (filter.expired_only && !has_expired(constraint, now)) continue;
    xml::Element object = objects.root().append("rsc_location");
    object.set_attribute("id", id);
    removed.push_back(id);
  }
  if (removed.empty()) return removed;
  const Result<void> deleted = context.change(
      {.operation = cib::Operation::kDelete, .target = "constraints", .input = objects.root()});
  if (!deleted) return deleted.error();
  return removed;
}

Result<void> ban_from_node(Context& context, const std::string& resource, const std::string& node) {
  return write_constraint(context, ban_id(resource, node), resource, node, kForbid, "", {});
}

ExitCode move(Context& context) {
  if (is_instance(context)) return refuse_instance(context);
  if (!context.node()) return ban_where_it_is(context);
  return move_to(context, context.node_name());
}

ExitCode ban(Context& context) {
  if (is_instance(context)) return refuse_instance(context);
  if (!context.node()) return ban_where_it_is(context);
  const Result<void> banned = add_ban(context, context.id(), context.node_name());
  if (banned) return ExitCode::kOk;
  return banned.error().code == Errc::kUsage ? ExitCode::kUsage : fail(context.out, banned.error());
}

ExitCode clear(Context& context) {
  const Result<std::vector<std::string>> removed =
      clear_constraints(context, {.resource = context.id(),
                                  .node = context.node_name(),
                                  .any_preference = context.force(),
                                  .expired_only = context.line.has(kExpired)});
  if (!removed) return fail(context.out, removed.error());
  if (context.quiet()) return ExitCode::kOk;
  for (const std::string& id : *removed) context.out.line("Removing constraint: " + id);
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
