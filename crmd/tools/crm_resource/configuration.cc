#include <set>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/duration.h"
#include "lib/base/strings.h"
#include "lib/cib/sections.h"
#include "policy/render/resource_text.h"
#include "policy/render/resource_xml.h"
#include "policy/render/words.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::ExitCode;

/// The element below `resources` with this id.
xml::Element find_element(xml::Element parent, std::string_view id) {
  for (const xml::Element child : parent.children()) {
    if (child.id() == id) return child;
    if (child.is("group") || child.is("clone") || child.is("master") || child.is("bundle")) {
      if (const xml::Element found = find_element(child, id); found) return found;
    }
  }
  return {};
}

xml::Element resources_element(const Context& context) {
  return cib::section_or_root(context.document(), "resources");
}

/// What makes an operation the same as another: its name and interval.
std::string operation_key(xml::Element operation) {
  const std::string_view interval = operation.attribute_or("interval", "0");
  const auto length = base::parse_duration(interval);
  return base::cat(operation.attribute_or("name", ""), " ",
                   length ? length->count() : std::int64_t{0});
}

/// Operations of the template that the primitive does not define itself.
void inherit_operations(xml::Element own, xml::Element inherited) {
  std::set<std::string> keys;
  for (const xml::Element operation : own.children("op")) keys.insert(operation_key(operation));
  for (const xml::Element operation : inherited.children("op")) {
    if (!keys.contains(operation_key(operation))) own.append_copy(operation);
  }
}

/// Replaces a primitive that names a template by what it means, everywhere below `element`.
xml::Document expanded(xml::Element element, xml::Element resources) {
  const std::string_view name = element.attribute_or("template", "");
  xml::Element pattern;
  for (const xml::Element candidate : resources.children("template")) {
    if (candidate.id() == name) pattern = candidate;
  }
  if (!element.is("primitive") || name.empty() || !pattern) return xml::Document::copy_of(element);

  xml::Document result = xml::Document::create("primitive");
  xml::Element root = result.root();
  root.set_attribute("id", element.id());
  for (const xml::Attribute attribute : pattern.attributes()) {
    if (attribute.name != "id") root.set_attribute(attribute.name, attribute.value);
  }
  for (const xml::Element child : pattern.nodes()) root.append_copy(child);
  for (const xml::Element child : element.nodes()) {
    const xml::Element inherited = root.first_child("operations");
    xml::Element own = root.append_copy(child);
    if (own.is("operations") && inherited) {
      inherit_operations(own, inherited);
      xml::Element(inherited).remove();
    }
  }
  return result;
}

/// The names of a clone's nodes by role, as "Started: [ a b ]".
void show_nodes_by_role(Context& context) {
  struct Row {
    std::string_view title;
    std::vector<std::string> names;
  };
  const policy::Status& status = context.status();
  const bool promotable = context.resource().clone.promotable;
  Row rows[] = {{"Promoted", {}}, {promotable ? "Unpromoted" : "Started", {}}};
  for (const Place& place : places_of(status, {context.resource_id()})) {
    rows[place.promoted ? 0 : 1].names.emplace_back(status.node(place.node).name);
  }
  for (Row& row : rows) {
    if (row.names.empty()) continue;
    policy::render::sort_naturally(row.names);
    context.out.line(base::cat(row.title, ": ", policy::render::bracketed(row.names)));
  }
}

/// The state in front of the XML: of a collective resource that of its parts, without a heading.
void show_state(Context& context) {
  const policy::Status& status = context.status();
  const policy::render::ListOptions options{.inactive = true};
  const policy::Resource& resource = context.resource();
  if (resource.is_clone() && !resource.unique) {
    show_nodes_by_role(context);
  } else if (resource.is_group() || resource.is_clone()) {
    for (const policy::RscId part : resource.children) {
      policy::render::print_resource(status, part, options, context.out);
    }
  } else {
    policy::render::print_resource(status, context.resource_id(), options, context.out);
  }
}

}  // namespace

ExitCode query_xml(Context& context) {
  const xml::Element resources = resources_element(context);
  const std::string wanted(context.resource().config == nullptr ? context.resource().base_id
                                                                : context.resource().config->id);
  const xml::Element element = find_element(resources, wanted);
  if (!element) {
    return fail(context.out, ExitCode::kNoSuchObject,
                base::cat("Resource '", context.id(), "' has no configuration"));
  }
  const xml::Document shown = context.line.has(kQueryXmlRaw) ? xml::Document::copy_of(element)
                                                             : expanded(element, resources);
  if (context.out.is_structured()) {
    cli::Element& config = context.out.root().add("resource_config");
    policy::render::add_resource_xml(context.status(), context.resource_id(), {.inactive = true},
                                     config);
    config.add("xml").set_cdata(shown.indented());
    return ExitCode::kOk;
  }
  show_state(context);
  context.out.line("Resource XML:");
  context.out.raw(shown.indented());
  return ExitCode::kOk;
}

ExitCode delete_resource(Context& context) {
  const std::optional<std::string> type = context.line.value(kResourceType);
  if (!type) {
    return fail(context.out, ExitCode::kNoSuchObject,
                "You need to specify a resource type with -t");
  }
  xml::Document object = xml::Document::create(*type);
  object.root().set_attribute("id", context.id());
  const base::Result<void> deleted = context.change(
      {.operation = cib::Operation::kDelete, .target = "resources", .input = object.root()});
  if (!deleted) {
    return fail(
        context.out, cli::exit_code_for(deleted.error().code),
        base::cat("Could not delete resource ", context.id(), ": ", deleted.error().message));
  }
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_resource
