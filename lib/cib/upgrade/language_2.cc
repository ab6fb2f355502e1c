#include <array>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/steps.h"
#include "lib/cib/upgrade/tree.h"

namespace systole::cib {
namespace {

constexpr std::array<std::string_view, 3> kKinds = {"read", "write", "deny"};

bool is_permission(xml::Element element) {
  for (const std::string_view kind : kKinds) {
    if (element.is(kind)) return true;
  }
  return false;
}

// An element of that id is meant whatever its tag. An attribute restricts an XPath or a tag only.
void rewrite_target(xml::Element permission) {
  const auto attribute = permission.attribute("attribute");
  if (const auto xpath = permission.attribute("xpath")) {
    if (attribute) {
      permission.set_attribute("xpath", base::cat(*xpath, "[@", *attribute, "]"));
      permission.remove_attribute("attribute");
    }
    return;
  }
  if (permission.attribute("ref")) {
    rename_attribute(permission, "ref", "reference");
    permission.remove_attribute("tag");
    permission.remove_attribute("attribute");
    return;
  }
  rename_attribute(permission, "tag", "object-type");
}

void rewrite_permissions(xml::Element role) {
  for (const xml::Element old : children_of(role)) {
    if (!is_permission(old)) continue;
    const std::string kind(old.name());
    xml::Element permission = rename(old, "acl_permission");
    permission.set_attribute("kind", kind);
    rewrite_target(permission);
  }
}

void rewrite_user(xml::Element old, Ids& ids) {
  const xml::Element acls = old.parent();
  xml::Element target = rename(old, "acl_target");
  xml::Element own_role;
  for (const xml::Element child : children_of(target)) {
    if (child.is("role_ref")) {
      rename(child, "role");
    } else if (is_permission(child)) {
      if (!own_role) {
        own_role = insert(acls, "acl_role", target.next_node());
        own_role.set_attribute("id", ids.take(base::cat("auto-", target.id())));
      }
      own_role.move_here(child, xml::Element());
    }
  }
  if (!own_role) return;
  target.append("role").set_attribute("id", std::string(own_role.id()));
}

}  // namespace

void rewrite_for_2(xml::Element root) {
  const xml::Element acls = section_if_any(root, "acls");
  if (!acls) return;
  Ids ids(root);
  for (const xml::Element user : children_of(acls, "acl_user")) rewrite_user(user, ids);
  for (const xml::Element role : children_of(acls, "acl_role")) rewrite_permissions(role);
}

}  // namespace systole::cib
