#include "lib/cib/access.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

xml::Element configuration_section(xml::Element root, std::string_view name) {
  const xml::Element configuration = root.first_child("configuration");
  return configuration ? configuration.first_child(name) : xml::Element();
}

std::optional<Access> access_named(std::string_view kind) {
  if (kind == "read") return Access::kRead;
  if (kind == "write") return Access::kWrite;
  if (kind == "deny") return Access::kDeny;
  return std::nullopt;
}

// An XPath literal cannot contain both kinds of quotes; names and ids of a CIB contain neither.
std::optional<std::string> quoted(std::string_view text) {
  if (text.find('\'') == std::string_view::npos) return base::cat("'", text, "'");
  if (text.find('"') == std::string_view::npos) return base::cat("\"", text, "\"");
  return std::nullopt;
}

// Which elements a permission names, as an XPath; nothing when it names none. Before language 2.0
// `object-type` was called `tag` and `reference` was `ref`.
std::optional<std::string> target_of(xml::Element permission) {
  if (const auto xpath = permission.attribute("xpath")) return std::string(*xpath);
  const auto attribute = [&](std::string_view name, std::string_view old_name) {
    const auto value = permission.attribute(name);
    return value ? value : permission.attribute(old_name);
  };
  const auto type = attribute("object-type", "tag");
  const auto reference = attribute("reference", "ref");
  if (!type && !reference) return std::nullopt;
  std::string path = base::cat("//", type.value_or("*"));
  if (reference) {
    const auto id = quoted(*reference);
    if (!id) return std::nullopt;
    path += base::cat("[@id=", *id, "]");
  }
  if (const auto name = permission.attribute("attribute")) path += base::cat("[@", *name, "]");
  return path;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool concerns(xml::Element target, const Subject& subject) {
  const std::string_view name = target.attribute_or("name", target.id());
  if (target.is("acl_target") || target.is("acl_user")) return name == subject.user;
  return target.is("acl_group") && contains(subject.groups, name);
}

// Takes out what is not readable; false when nothing of the element remains.
bool prune(xml::Element copy, xml::Element original, const Permissions& permissions,
           bool readable) {
  if (const auto own = permissions.own(original)) readable = *own != Access::kDeny;
  bool keeps = readable;
  xml::Element child = *copy.nodes().begin();
  for (const xml::Element source : original.nodes()) {
    const xml::Element next = child.next_node();
    const bool keep = source.is_comment() ? readable : prune(child, source, permissions, readable);
    if (!keep) child.remove();
    keeps |= keep;
    child = next;
  }
  if (keeps && !readable) {
    const std::optional<std::string_view> id = original.attribute("id");
    copy.remove_all_attributes();
    if (id) copy.set_attribute("id", *id);
  }
  return keeps;
}

// A comment belongs to its element.
xml::Element element_at(xml::Element root, std::string_view path) {
  constexpr std::string_view kComment = "/comment";
  if (path.ends_with(kComment)) path.remove_suffix(kComment.size());
  return xml::at_path(root, path);
}

// Whether an element that comes with nothing but an id comes to hold what the user may write.
bool may_come(xml::Element created, const Permissions& permissions) {
  const bool writable = permissions.may_write(created);
  if (!writable) {
    for (const xml::Attribute attribute : created.attributes()) {
      if (attribute.name != "id") return false;
    }
    if (!created.first_child()) return false;
  }
  const auto children = created.children();
  return std::all_of(children.begin(), children.end(),
                     [&](xml::Element child) { return may_come(child, permissions); });
}

class Check {
 public:
  Check(xml::Element before, xml::Element after, const Subject& subject)
      : before_(before),
        after_(after),
        may_before_(Permissions::of(subject, before)),
        may_after_(Permissions::of(subject, before, after)) {}

  bool allows(xml::Element change) const {
    const std::string_view path = change.attribute_or("path", {});
    const std::string_view operation = change.attribute_or("operation", {});
    if (operation == "delete") return may_write(may_before_, element_at(before_, path));
    if (operation == "modify") {
      return may_write(may_before_, element_at(before_, path)) &&
             may_write(may_after_, element_at(after_, path));
    }
    if (operation == "move") {
      const xml::Element moved = element_at(after_, path);
      return moved && (may_write(may_after_, moved) || may_write(may_after_, moved.parent()));
    }
    return operation == "create" && allows_creation(change, path);
  }

 private:
  static bool may_write(const Permissions& permissions, xml::Element element) {
    return element && permissions.may_write(element);
  }

  // `position` counts the children of the result.
  bool allows_creation(xml::Element change, std::string_view path) const {
    const xml::Element parent = element_at(after_, path);
    const auto position =
        base::parse_integer<std::size_t>(change.attribute_or("position", {})).value_or(0);
    if (!parent) return false;
    std::size_t index = 0;
    for (const xml::Element child : parent.nodes()) {
      if (index++ != position) continue;
      return child.is_comment() ? may_after_.may_write(parent) : may_come(child, may_after_);
    }
    return false;
  }

  xml::Element before_;
  xml::Element after_;
  Permissions may_before_;
  Permissions may_after_;
};

}  // namespace

bool access_control_enabled(xml::Element root) {
  const xml::Element section = configuration_section(root, "crm_config");
  if (!section) return false;
  for (const xml::Element set : section.children("cluster_property_set")) {
    for (const xml::Element pair : set.children("nvpair")) {
      if (pair.attribute("name") != "enable-acl") continue;
      return base::parse_bool(pair.attribute_or("value", {})).value_or(false);
    }
  }
  return false;
}

bool is_exempt(std::string_view user) {
  return user.empty() || user == "root" || user == "hacluster";
}

Permissions Permissions::of(const Subject& subject, xml::Element rules, xml::Element root) {
  Permissions permissions;
  const xml::Element acls = configuration_section(rules, "acls");
  if (!acls) return permissions;
  for (const xml::Element target : acls.children()) {
    if (concerns(target, subject)) permissions.collect(acls, target, root);
  }
  return permissions;
}

void Permissions::collect(xml::Element acls, xml::Element subject, xml::Element root) {
  for (const xml::Element child : subject.children()) {
    if (!child.is("role") && !child.is("role_ref")) {
      apply(child, root);
      continue;
    }
    const xml::Element role = acls.first_child("acl_role", child.id());
    if (!role) continue;
    for (const xml::Element permission : role.children()) apply(permission, root);
  }
}

void Permissions::apply(xml::Element permission, xml::Element root) {
  const auto access = access_named(
      permission.is("acl_permission") ? permission.attribute_or("kind", {}) : permission.name());
  const std::optional<std::string> target = target_of(permission);
  if (!access || !target) return;
  const auto matches = xml::xpath(root, *target);
  if (!matches) {
    if (*access == Access::kDeny) mark(root, Access::kDeny);
    return;
  }
  for (const xml::Element match : *matches) mark(match, *access);
}

void Permissions::mark(xml::Element element, Access access) {
  Marks& marks = marks_[element.raw()];
  marks.read |= access == Access::kRead;
  marks.write |= access == Access::kWrite;
  marks.deny |= access == Access::kDeny;
}

std::optional<Access> Permissions::own(xml::Element element) const {
  const auto found = marks_.find(element.raw());
  if (found == marks_.end()) return std::nullopt;
  if (found->second.deny) return Access::kDeny;
  return found->second.write ? Access::kWrite : Access::kRead;
}

Access Permissions::at(xml::Element element) const {
  bool read = false;
  for (; element; element = element.parent()) {
    const auto given = own(element);
    if (given == Access::kWrite) return Access::kWrite;
    if (given == Access::kDeny) break;
    read |= given == Access::kRead;
  }
  return read ? Access::kRead : Access::kDeny;
}

bool Permissions::may_read(xml::Element element) const {
  return at(element) != Access::kDeny;
}

bool Permissions::may_write(xml::Element element) const {
  return at(element) == Access::kWrite;
}

std::optional<xml::Document> readable_part(xml::Element root, const Permissions& permissions) {
  if (permissions.empty()) return std::nullopt;
  xml::Document copy = xml::Document::copy_of(root);
  if (!prune(copy.root(), root, permissions, false)) return std::nullopt;
  return copy;
}

base::Result<void> check_changes(xml::Element patchset, xml::Element before, xml::Element after,
                                 const Subject& subject) {
  const Check check(before, after, subject);
  for (const xml::Element change : patchset.children("change")) {
    if (check.allows(change)) continue;
    return Error{Errc::kPermission, base::cat("user ", subject.user, " may not ",
                                              change.attribute_or("operation", "?"), " ",
                                              change.attribute_or("path", "?"))};
  }
  return {};
}

}  // namespace systole::cib
