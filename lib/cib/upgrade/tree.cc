#include "lib/cib/upgrade/tree.h"

#include "lib/base/strings.h"

namespace systole::cib {
namespace {

void collect(xml::Element element, std::string_view name, std::vector<xml::Element>& found) {
  if (element.is(name)) found.push_back(element);
  for (const xml::Element child : element.children()) collect(child, name, found);
}

void collect_references(xml::Element element, std::vector<xml::Element>& found) {
  if (element.attribute("id-ref")) found.push_back(element);
  for (const xml::Element child : element.children()) collect_references(child, found);
}

// Elements whose `id` is that of something else.
bool names_another(xml::Element element) {
  for (const std::string_view tag : {"resource_ref", "obj_ref", "role", "role_ref"}) {
    if (element.is(tag)) return true;
  }
  return false;
}

}  // namespace

std::vector<xml::Element> children_of(xml::Element parent) {
  std::vector<xml::Element> found;
  if (!parent) return found;
  for (const xml::Element child : parent.children()) found.push_back(child);
  return found;
}

std::vector<xml::Element> children_of(xml::Element parent, std::string_view name) {
  std::vector<xml::Element> found;
  if (!parent) return found;
  for (const xml::Element child : parent.children(name)) found.push_back(child);
  return found;
}

std::vector<xml::Element> all_named(xml::Element root, std::string_view name) {
  std::vector<xml::Element> found;
  if (root) collect(root, name, found);
  return found;
}

xml::Element insert(xml::Element parent, std::string_view name, xml::Element sibling) {
  const xml::Element made = parent.append(name);
  if (sibling) parent.move_here(made, sibling);
  return made;
}

xml::Element rename(xml::Element element, std::string_view name) {
  xml::Element renamed = insert(element.parent(), name, element);
  for (const xml::Attribute attribute : element.attributes()) {
    renamed.set_attribute(attribute.name, attribute.value);
  }
  std::vector<xml::Element> nodes;
  for (const xml::Element node : element.nodes()) nodes.push_back(node);
  for (const xml::Element node : nodes) renamed.move_here(node, xml::Element());
  element.remove();
  return renamed;
}

void rename_attribute(xml::Element element, std::string_view from, std::string_view to) {
  const auto value = element.attribute(from);
  if (!value) return;
  if (!element.attribute(to)) element.set_attribute(to, std::string(*value));
  element.remove_attribute(from);
}

xml::Element section_if_any(xml::Element root, std::string_view name) {
  const xml::Element configuration = root.first_child("configuration");
  return configuration ? configuration.first_child(name) : xml::Element();
}

xml::Element section(xml::Element root, std::string_view name) {
  if (const xml::Element found = section_if_any(root, name)) return found;
  xml::Element configuration = root.first_child("configuration");
  if (!configuration) configuration = root.append("configuration");
  return configuration.append(name);
}

void Ids::add(xml::Element element) {
  const auto id = element.attribute("id");
  if (id && !names_another(element)) elements_.emplace(*id, element);
  for (const xml::Element child : element.children()) add(child);
}

std::string Ids::take(const std::string& wanted) {
  std::string id = wanted;
  if (elements_.contains(id)) {
    int& number = numbers_[wanted];
    do {
      id = base::cat(wanted, "-", ++number + 1);
    } while (elements_.contains(id));
  }
  elements_.emplace(id, xml::Element());
  return id;
}

xml::Element Ids::resolve(xml::Element element) const {
  const auto reference = element.attribute("id-ref");
  if (!reference) return element;
  const auto [first, last] = elements_.equal_range(std::string(*reference));
  for (auto found = first; found != last; ++found) {
    if (found->second && found->second.is(element.name())) return found->second;
  }
  return {};
}

void Ids::remove(xml::Element element) {
  forget(element);
  element.remove();
}

void Ids::forget(xml::Element element) {
  if (const auto id = element.attribute("id")) {
    const auto [first, last] = elements_.equal_range(std::string(*id));
    for (auto found = first; found != last; ++found) {
      if (found->second == element) found->second = xml::Element();
    }
  }
  for (const xml::Element child : element.children()) forget(child);
}

void Ids::renew(xml::Element copy) {
  if (const auto id = copy.attribute("id"); id && !names_another(copy)) {
    const std::string fresh = take(base::cat(*id, "-copy"));
    copy.set_attribute("id", fresh);
  }
  for (xml::Element child : copy.children()) renew(child);
}

void remove_dangling_references(xml::Element root) {
  const Ids ids(root);
  std::vector<xml::Element> references;
  collect_references(root, references);
  for (xml::Element reference : references) {
    if (!ids.resolve(reference)) reference.remove();
  }
}

}  // namespace systole::cib
