#include "lib/cib/operations.h"

#include "lib/base/strings.h"
#include "lib/cib/apply_changes.h"
#include "lib/cib/digest.h"
#include "lib/cib/empty.h"
#include "lib/cib/sections.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

std::string describe_object(xml::Element object) {
  const auto id = object.attribute("id");
  return id ? base::cat(object.name(), " '", *id, "'") : std::string(object.name());
}

Error missing_input(const Request& request) {
  return {Errc::kInvalidArgument, base::cat(wire_name(request.operation), " without input")};
}

Error not_found(xml::Element object) {
  return {Errc::kNotFound, base::cat("the CIB has no ", describe_object(object))};
}

// First element with the tag and, where the input has one, the id of `wanted`.
xml::Element find_object(xml::Element root, xml::Element wanted) {
  const auto id = wanted.attribute("id");
  if (root.is(wanted.name()) && (!id || root.attribute("id") == id)) return root;
  for (const xml::Element child : root.children()) {
    if (const xml::Element found = find_object(child, wanted)) return found;
  }
  return xml::Element();
}

bool has_attributes_of(xml::Element element, xml::Element wanted) {
  for (const xml::Attribute attribute : wanted.attributes()) {
    const auto value = element.attribute(attribute.name);
    if (!value || !base::equal_ignoring_case(*value, attribute.value)) return false;
  }
  return true;
}

xml::Element find_to_delete(xml::Element root, xml::Element wanted) {
  if (root.is(wanted.name()) && has_attributes_of(root, wanted)) return root;
  for (const xml::Element child : root.children()) {
    if (const xml::Element found = find_to_delete(child, wanted)) return found;
  }
  return xml::Element();
}

base::Result<void> modify_matches(Editor& editor, const Request& request, bool mixed) {
  const auto targets = xpath_targets(editor, request);
  if (!targets) return targets.error();
  if (targets->empty())
    return Error{Errc::kNotFound, base::cat("nothing matches ", request.target)};
  for (const xml::Element target : *targets) {
    const xml::Element match = editor.attached(target)
                                   ? xml::find(target, request.input.name(), request.input.id())
                                   : xml::Element();
    if (!match) return not_found(request.input);
    merge(editor, match, request.input, mixed);
  }
  return {};
}

void note_failure(std::optional<xml::Document>& failures, xml::Element object, Errc why) {
  failures = xml::Document::create("failed");
  xml::Element entry = failures->root().append("failed_update");
  if (const auto id = object.attribute("id")) entry.set_attribute("id", *id);
  entry.set_attribute("object_type", object.name());
  entry.set_attribute("operation", wire_name(Operation::kCreate));
  entry.set_attribute("reason", base::describe(why));
  entry.append_copy(object);
}

base::Result<void> create_object(Editor& editor, xml::Element parent, xml::Element object,
                                 std::optional<xml::Document>& failures) {
  const auto id = object.attribute("id");
  const xml::Element existing =
      id ? parent.first_child(object.name(), *id) : parent.first_child(object.name());
  if (existing) {
    note_failure(failures, object, Errc::kExists);
    return Error{Errc::kExists, base::cat(describe_object(object), " exists already")};
  }
  append_new(editor, parent, object, false);
  return {};
}

base::Result<void> replace_whole(Editor& editor, const Request& request) {
  const Version current = read_version(editor.root());
  const Version wanted = read_version(request.input);
  if (wanted < current) {
    return Error{Errc::kOldData, base::cat("replacement ", to_string(wanted),
                                           " is older than the CIB, ", to_string(current))};
  }
  if (!request.digest.empty() && request.digest != document_digest(request.input)) {
    return Error{Errc::kOldData, base::cat("replacement ", to_string(wanted),
                                           " does not have the digest that came with it")};
  }
  editor.replace_content(editor.root(), request.input);
  return {};
}

base::Result<void> replace_matches(Editor& editor, const Request& request) {
  const auto targets = xpath_targets(editor, request);
  if (!targets) return targets.error();
  if (targets->empty())
    return Error{Errc::kNotFound, base::cat("nothing matches ", request.target)};
  for (const xml::Element target : *targets) {
    const xml::Element parent = target.parent();
    if (!parent) return Error{Errc::kInvalidArgument, "the CIB itself cannot be replaced by path"};
    if (!editor.attached(target)) continue;
    if (target.is(request.input.name()) &&
        target.attribute("id") == request.input.attribute("id")) {
      editor.replace_content(target, request.input);
      editor.move(target, xml::Element());
    } else {
      editor.remove(target);
      editor.insert_copy(parent, request.input);
    }
  }
  return {};
}

base::Result<void> remove_matches(Editor& editor, const Request& request) {
  const auto targets = xpath_targets(editor, request);
  if (!targets) return targets.error();
  for (const xml::Element target : *targets) {
    if (target == editor.root()) {
      return Error{Errc::kInvalidArgument, "the CIB itself cannot be deleted"};
    }
    if (editor.attached(target)) editor.remove(target);
  }
  return {};
}

base::Result<void> remove_object(Editor& editor, xml::Element root, xml::Element object) {
  const xml::Element match = find_to_delete(root, object);
  if (!match) return {};
  if (match == editor.root()) {
    return Error{Errc::kInvalidArgument, "the CIB itself cannot be deleted"};
  }
  editor.remove(match);
  return {};
}

}  // namespace

xml::Element section_for_update(Editor& editor, std::string_view name) {
  const Section* section = section_named(name);
  if (section == nullptr || section->parent.empty()) return editor.root();
  if (const xml::Element found = find_section(editor.root(), *section)) return found;
  return editor.append(section_for_update(editor, section->parent), section->name);
}

base::Result<std::vector<xml::Element>> xpath_targets(Editor& editor, const Request& request) {
  auto matches = xml::xpath(editor.root(), request.target);
  if (!matches) return Error{Errc::kNotFound, matches.error().message};
  if (!request.options.has(CallOption::kMultiple) && matches->size() > 1) matches->resize(1);
  return matches;
}

base::Result<void> modify(Editor& editor, const Request& request) {
  if (!request.input) return missing_input(request);
  const bool mixed = request.options.has(CallOption::kMixedUpdate);
  if (request.options.has(CallOption::kXpath)) return modify_matches(editor, request, mixed);
  const xml::Element section = section_for_update(editor, request.target);
  if (const xml::Element match = xml::find(section, request.input.name(), request.input.id())) {
    merge(editor, match, request.input, mixed);
    return {};
  }
  if (!request.options.has(CallOption::kCanCreate)) return not_found(request.input);
  append_new(editor, section, request.input, mixed);
  return {};
}

base::Result<void> create(Editor& editor, const Request& request,
                          std::optional<xml::Document>& failures) {
  if (!request.input) return missing_input(request);
  if (request.options.has(CallOption::kXpath)) {
    const auto targets = xpath_targets(editor, request);
    if (!targets) return targets.error();
    if (targets->empty()) {
      return Error{Errc::kNotFound, base::cat("nothing matches ", request.target)};
    }
    append_new(editor, targets->front(), request.input, false);
    return {};
  }
  const Section* section = section_named(request.target);
  if (request.target.empty() || (section != nullptr && section->parent.empty()) ||
      request.input.is("cib")) {
    return modify(editor, request);
  }
  const xml::Element parent = section_for_update(editor, request.target);
  if (!request.input.is(parent.name())) {
    return create_object(editor, parent, request.input, failures);
  }
  for (const xml::Element object : request.input.children()) {
    auto created = create_object(editor, parent, object, failures);
    if (!created) return created;
  }
  return {};
}

base::Result<void> replace(Editor& editor, const Request& request) {
  if (!request.input) return missing_input(request);
  if (request.options.has(CallOption::kXpath)) return replace_matches(editor, request);
  if (request.input.is("cib")) return replace_whole(editor, request);
  const bool names_section = request.input.name() == request.target;
  const xml::Element section =
      names_section ? editor.root() : section_or_root(editor.root(), request.target);
  const xml::Element match = section ? find_object(section, request.input) : xml::Element();
  if (!match || match == section) return not_found(request.input);
  editor.replace_content(match, request.input);
  return {};
}

base::Result<void> remove(Editor& editor, const Request& request) {
  if (request.options.has(CallOption::kXpath)) return remove_matches(editor, request);
  if (!request.input) return missing_input(request);
  const xml::Element section = section_or_root(editor.root(), request.target);
  if (!section) return {};
  if (!request.target.empty() && request.input.is(section.name())) {
    for (const xml::Element object : request.input.children()) {
      auto removed = remove_object(editor, section, object);
      if (!removed) return removed;
    }
    return {};
  }
  return remove_object(editor, section, request.input);
}

base::Result<void> erase(Editor& editor) {
  xml::Document skeleton = empty_cib();
  skeleton.root().remove_all_attributes();
  for (const xml::Attribute attribute : editor.root().attributes()) {
    skeleton.root().set_attribute(attribute.name, attribute.value);
  }
  skeleton.root().set_attribute("admin_epoch", successor(read_version(editor.root()).admin_epoch));
  editor.replace_content(editor.root(), skeleton.root());
  return {};
}

base::Result<void> bump(Editor& editor) {
  editor.set_attribute(editor.root(), "epoch", successor(read_version(editor.root()).epoch));
  return {};
}

base::Result<void> apply_diff(Editor& editor, const Request& request) {
  if (!request.input) return missing_input(request);
  const auto versions = patchset_versions(request.input);
  const bool is_patchset = request.input.is("diff") && request.input.attribute("format") == "2";
  if (versions) {
    auto current = check_patch_versions(*versions, read_version(editor.root()));
    if (!current) return current;
  } else if (!is_patchset || names_versions(request.input)) {
    return versions.error();
  }
  auto applied = apply_changes(editor, request.input);
  if (!applied) return applied;
  const auto digest = request.input.attribute("digest");
  if (digest && *digest != document_digest(editor.root())) {
    return Error{Errc::kPatchFailed, "the result of the patchset does not have its digest"};
  }
  return {};
}

}  // namespace systole::cib
