#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/xml/element.h"

namespace systole::cib {

// What the steps of an upgrade do to a tree, again and again.

/// The children as they are now: the tree may change while they are gone through.
std::vector<xml::Element> children_of(xml::Element parent);
std::vector<xml::Element> children_of(xml::Element parent, std::string_view name);
/// The element and all elements below it that have this name, as they are now.
std::vector<xml::Element> all_named(xml::Element root, std::string_view name);

/// Puts an empty element before `sibling`; null appends.
xml::Element insert(xml::Element parent, std::string_view name, xml::Element sibling);

/// Gives the element another name, and returns it: `element` is gone.
xml::Element rename(xml::Element element, std::string_view name);

/// Renames an attribute, or drops it where the element has one of the new name.
void rename_attribute(xml::Element element, std::string_view from, std::string_view to);

/// The section of the configuration, made behind the others where it is missing.
xml::Element section(xml::Element root, std::string_view name);
/// The same; null where it is missing.
xml::Element section_if_any(xml::Element root, std::string_view name);

/// The elements with an id, and the ids that are taken.
class Ids {
 public:
  explicit Ids(xml::Element root) { add(root); }

  /// `wanted`, with a number behind it where it is taken; taken from now on.
  std::string take(const std::string& wanted);
  /// The element called `name` that the `id-ref` of `element` stands for; `element` itself where it
  /// refers to nothing, null where that does not exist.
  xml::Element resolve(xml::Element element) const;
  /// Removes an element with everything below: it is referred to no more. Its ids stay taken.
  void remove(xml::Element element);
  /// Gives every element of the copied subtree an id of its own.
  void renew(xml::Element copy);

 private:
  void add(xml::Element element);
  void forget(xml::Element element);

  std::unordered_multimap<std::string, xml::Element> elements_;
  std::unordered_map<std::string, int> numbers_;  // given behind ids that were taken
};

/// Removes the elements that refer, by `id-ref`, to elements of the same name that do not exist.
void remove_dangling_references(xml::Element root);

}  // namespace systole::cib
