#include "crmd/tools/crm_resource/parameters.h"

#include <algorithm>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/node_lookup.h"
#include "lib/base/score.h"
#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Errc;
using base::Result;
using cli::ExitCode;

/// The attribute that the command line means.
AttributeSpec spec_of(const Context& context, std::string name) {
  std::string tag = "instance_attributes";
  if (context.line.has(kUtilization)) tag = "utilization";
  if (context.line.has(kMeta)) tag = "meta_attributes";
  return {.tag = std::move(tag),
          .name = std::move(name),
          .set = context.line.value(kSetName).value_or(""),
          .id = context.line.value(kNvpair).value_or("")};
}

/// The resource that a change of a meta attribute really means: for a clone's child that does not
/// have the attribute itself the clone, and for a clone whose child has it the child.
Result<std::string> target_of(Context& context, const AttributeSpec& spec, std::string_view verb) {
  const policy::Resource& resource = context.resource();
  const std::string own = configured_id(resource);
  if (spec.tag != "meta_attributes" || context.force()) return own;
  if (resource.parent && context.status().resource(*resource.parent).is_clone()) {
    const Result<std::optional<AttributeMatch>> existing = find_attribute(context, own, spec);
    if (!existing) return existing.error();
    if (*existing) return own;
    std::string clone(context.status().resource(*resource.parent).id);
    context.out.line(base::cat("Performing ", verb, " of '", spec.name, "' on '", clone,
                               "', the parent of '", context.id(), "'"));
    return clone;
  }
  if (resource.is_clone() && !resource.children.empty()) {
    std::string child = configured_id(context.status().resource(resource.children.front()));
    const Result<std::optional<AttributeMatch>> existing = find_attribute(context, child, spec);
    if (existing && *existing) {
      context.out.line(base::cat("A value for '", spec.name, "' already exists in child '", child,
                                 "', performing ", verb, " on that instead of '", own, "'"));
      return child;
    }
  }
  return own;
}

/// The tag that the resource's element has in the CIB.
Result<std::string> element_tag(Context& context, const std::string& id) {
  const Result<xml::Document> found = context.cib().query_xpath(
      base::cat("/cib/configuration/resources//*[@id=", xpath_literal(id), "]"));
  if (!found) {
    return {found.error().code, base::cat("Resource '", id, "' has no configuration")};
  }
  return std::string(found->root().name());
}

/// Resources that want to be where `id` is, each once, nearest first.
void add_dependents(const policy::Status& status, std::string_view id,
                    std::vector<std::string>& found) {
  for (const model::Constraint& constraint : status.snapshot->constraints) {
    const auto* colocation = std::get_if<model::ColocationConstraint>(&constraint);
    if (colocation == nullptr || colocation->primary != id) continue;
    const base::Result<base::Score> score = base::parse_score(colocation->score);
    if (!score || score->value() <= 0) continue;
    const std::string dependent(colocation->dependent);
    if (std::find(found.begin(), found.end(), dependent) != found.end()) continue;
    found.push_back(dependent);
    add_dependents(status, dependent, found);
  }
}

std::optional<model::Text> value_of(Context& context, const AttributeSpec& spec) {
  const policy::Resource& resource = context.resource();
  if (spec.tag == "utilization") return resource.utilization.find(spec.name);
  const std::vector<Place> places = places_of(context.status(), {context.resource_id()});
  if (places.size() > 1) {
    context.out.error(base::cat(context.id(),
                                " is active on more than one node, returning the default value "
                                "for ",
                                spec.name));
  }
  if (spec.tag == "meta_attributes") {
    if (const std::optional<model::Text> value = resource.meta.find(spec.name); value) return value;
    if (spec.name == "class") return resource.agent.standard;
    if (spec.name == "provider") return resource.agent.provider;
    if (spec.name == "type") return resource.agent.type;
    return std::nullopt;
  }
  const std::optional<policy::NodeId> node =
      places.size() == 1 ? std::optional(places.front().node) : std::nullopt;
  return policy::parameters_on(context.status(), context.resource_id(), node).find(spec.name);
}

}  // namespace

std::string configured_id(const policy::Resource& resource) {
  return std::string(resource.config == nullptr ? resource.base_id : resource.config->id);
}

Result<std::optional<AttributeMatch>> find_attribute(Context& context, std::string_view resource,
                                                     const AttributeSpec& spec) {
  std::string expression =
      base::cat("/cib/configuration/resources//*[@id=", xpath_literal(resource), "]/", spec.tag);
  if (!spec.set.empty()) expression += base::cat("[@id=", xpath_literal(spec.set), "]");
  expression += "//nvpair";
  if (!spec.id.empty()) expression += base::cat("[@id=", xpath_literal(spec.id), "]");
  expression += base::cat("[@name=", xpath_literal(spec.name), "]");
  const Result<xml::Document> found = context.cib().query_xpath(expression);
  if (!found) {
    if (found.error().code == Errc::kNotFound) return std::optional<AttributeMatch>();
    return found.error();
  }
  const xml::Element root = found->root();
  if (root.is("nvpair")) {
    return std::optional<AttributeMatch>(
        AttributeMatch{std::string(root.id()), std::string(root.attribute_or("value", ""))});
  }
  context.out.line(base::cat("Multiple attributes match name=", spec.name));
  for (const xml::Element pair : root.children()) {
    context.out.line(
        base::cat("  Value: ", pair.attribute_or("value", ""), " \t(id=", pair.id(), ")"));
  }
  return {Errc::kNotUnique,
          "Please choose from one of the matches above and supply the 'id' with --nvpair"};
}

Result<void> set_attribute(Context& context, const std::string& resource, const AttributeSpec& spec,
                           const std::string& value) {
  const Result<std::optional<AttributeMatch>> existing = find_attribute(context, resource, spec);
  if (!existing) return existing.error();
  const std::string set = spec.set.empty() ? base::cat(resource, "-", spec.tag) : spec.set;
  std::string id = spec.id.empty() ? base::cat(set, "-", spec.name) : spec.id;
  xml::Document input = xml::Document::create("nvpair");
  xml::Element pair = input.root();
  if (*existing) {
    id = (*existing)->id;
  } else {
    const Result<std::string> tag = element_tag(context, resource);
    if (!tag) return tag.error();
    input = xml::Document::create(*tag);
    input.root().set_attribute("id", resource);
    xml::Element attributes = input.root().append(spec.tag);
    attributes.set_attribute("id", set);
    pair = attributes.append("nvpair");
  }
  pair.set_attribute("id", id);
  pair.set_attribute("name", spec.name);
  pair.set_attribute("value", value);
  Result<void> changed = context.change(
      {.operation = cib::Operation::kModify, .target = "resources", .input = input.root()});
  if (changed && !context.quiet()) {
    context.out.line(base::cat("Set '", resource, "' option: id=", id,
                               *existing ? "" : " set=" + set, " name=", spec.name,
                               " value=", value));
  }
  return changed;
}

Result<void> delete_attribute(Context& context, const std::string& resource,
                              const AttributeSpec& spec) {
  const Result<std::optional<AttributeMatch>> existing = find_attribute(context, resource, spec);
  if (!existing) return existing.error();
  if (!*existing) return {};
  xml::Document object = xml::Document::create("nvpair");
  object.root().set_attribute("id", (*existing)->id);
  object.root().set_attribute("name", spec.name);
  Result<void> deleted = context.change(
      {.operation = cib::Operation::kDelete, .target = "resources", .input = object.root()});
  if (deleted && !context.quiet()) {
    context.out.line(base::cat("Deleted '", resource, "' option: id=", (*existing)->id,
                               spec.set.empty() ? "" : " set=" + spec.set, " name=", spec.name));
  }
  return deleted;
}

ExitCode get_parameter(Context& context) {
  const AttributeSpec spec = spec_of(context, context.line.value(kGetParameter).value_or(""));
  const std::optional<model::Text> value = value_of(context, spec);
  if (!value) {
    context.out.error(base::cat("Attribute '", spec.name, "' not found for '", context.id(), "'"));
  } else if (context.out.is_structured()) {
    cli::Element& list = context.out.root().add("list");
    list.set("name", "attributes").set("count", "1");
    list.add("item").set("name", spec.name).set_text(*value);
  } else {
    context.out.line(*value);
  }
  return ExitCode::kOk;
}

ExitCode set_parameter(Context& context) {
  const AttributeSpec spec = spec_of(context, context.line.value(kSetParameter).value_or(""));
  const std::optional<std::string> value = context.line.value(kParameterValue);
  if (!value) {
    return fail(context.out, ExitCode::kUsage, "You need to supply a value with the -v option");
  }
  const Result<std::string> target = target_of(context, spec, "update");
  if (!target) return fail(context.out, target.error());
  std::vector<std::string> resources = {*target};
  if (context.line.has(kRecursive) && spec.tag == "meta_attributes") {
    add_dependents(context.status(), *target, resources);
  }
  for (const std::string& resource : resources) {
    if (const Result<void> done = set_attribute(context, resource, spec, *value); !done) {
      return fail(context.out, done.error());
    }
  }
  return ExitCode::kOk;
}

ExitCode delete_parameter(Context& context) {
  const AttributeSpec spec = spec_of(context, context.line.value(kDeleteParameter).value_or(""));
  const Result<std::string> target = target_of(context, spec, "delete");
  if (!target) return fail(context.out, target.error());
  const Result<void> deleted = delete_attribute(context, *target, spec);
  return deleted ? ExitCode::kOk : fail(context.out, deleted.error());
}

}  // namespace systole::crmd::crm_resource
