#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::cib {

/// Who asks, as far as access control is concerned.
struct Subject {
  std::string user;  ///< empty: the cluster itself
  /// The groups that list the user as a member, as known where the request was made: it travels
  /// with a request so that all replicas decide alike.
  std::vector<std::string> groups = {};
};

/// Whether access control is in force: the cluster option enable-acl is true.
bool access_control_enabled(xml::Element root);

/// Whether access control does not concern the user: root, hacluster and the cluster itself.
bool is_exempt(std::string_view user);

/// What a permission says about one element.
enum class Access : std::uint8_t { kRead, kWrite, kDeny };

/// What one user may do with the elements of one CIB. A permission holds for the elements that it
/// names and everything below them, up to an element with a permission of its own; of several for
/// one element, deny wins over write and write over read. A read permission below a writable
/// element takes nothing away. What no permission is about is denied.
class Permissions {
 public:
  /// Collects the permissions of the user's own target and of the groups it is in. One that denies
  /// by an XPath that cannot be evaluated denies everything; one that allows by it allows nothing.
  static Permissions of(const Subject& subject, xml::Element root) {
    return of(subject, root, root);
  }
  /// What the rules of `rules`, the root of one CIB, say of another.
  static Permissions of(const Subject& subject, xml::Element rules, xml::Element root);

  bool may_read(xml::Element element) const;
  bool may_write(xml::Element element) const;

  /// The permission given for the element itself; nothing when it only inherits.
  std::optional<Access> own(xml::Element element) const;
  /// The permission that is in force at the element, its own or inherited.
  Access at(xml::Element element) const;
  bool empty() const { return marks_.empty(); }

 private:
  void collect(xml::Element acls, xml::Element subject, xml::Element root);
  void apply(xml::Element permission, xml::Element root);
  void mark(xml::Element element, Access access);

  // Bits of what was given for an element.
  struct Marks {
    bool read = false;
    bool write = false;
    bool deny = false;
  };
  std::unordered_map<const _xmlNode*, Marks> marks_;
};

/// What the user may see of a CIB: what is readable, and the elements around it with nothing but
/// their id. Nothing when no part is readable.
std::optional<xml::Document> readable_part(xml::Element root, const Permissions& permissions);

/// Whether the user may make the changes of `patchset`, by which `before` became `after`, both
/// roots of whole CIBs. The rules are those of `before`. What is changed or removed has to be
/// writable before, and what stays or comes also afterwards; elements that come with nothing but an
/// id may be there to hold what is writable. The order of children belongs to their parent. Errors:
/// kPermission, naming the first change that is not allowed.
base::Result<void> check_changes(xml::Element patchset, xml::Element before, xml::Element after,
                                 const Subject& subject);

}  // namespace systole::cib
