#include "lib/cib/patch_writer.h"

#include <algorithm>

namespace systole::cib {

AttributeList attributes_of(xml::Element element) {
  AttributeList out;
  for (const xml::Attribute attribute : element.attributes()) {
    out.emplace_back(attribute.name, attribute.value);
  }
  return out;
}

void append_step(std::string& path, xml::Element element) {
  path.append("/").append(element.name());
  if (const auto id = element.attribute("id")) path.append("[@id='").append(*id).append("']");
}

bool is_addressable(xml::Element element) {
  const xml::Element parent = element.parent();
  if (!parent) return true;
  const auto id = element.attribute("id");
  if (id && id->find('\'') != std::string_view::npos) return false;
  for (const xml::Element sibling : parent.children(element.name())) {
    if (sibling == element) return true;
    if (!id || sibling.attribute("id") == id) return false;
  }
  return false;
}

PatchWriter::PatchWriter() : document_(xml::Document::create("diff")) {
  diff().set_attribute("format", "2");
  versions_ = diff().append("version");
}

xml::Element PatchWriter::change(std::string_view operation, std::string_view path) {
  has_changes_ = true;
  const xml::Element change = diff().append("change");
  xml::Element writable = change;
  writable.set_attribute("operation", operation);
  writable.set_attribute("path", path);
  if (operation != "delete" && !first_other_) first_other_ = change;
  return change;
}

void PatchWriter::remove(std::string_view path) {
  diff().move_here(change("delete", path), first_other_);
}

void PatchWriter::remove_comment(std::string_view path, std::size_t position) {
  xml::Element removal = change("delete", path);
  removal.set_attribute("position", static_cast<long long>(position));
  diff().move_here(removal, first_other_);
}

void PatchWriter::modify(std::string_view path, const AttributeList& before, xml::Element after) {
  const AttributeList now = attributes_of(after);
  if (now == before) return;
  const bool had_changes = has_changes_;
  const xml::Element modification = change("modify", path);
  has_changes_ = had_changes;
  xml::Element list = xml::Element(modification).append("change-list");
  const auto note = [&](std::string_view name, std::string_view operation) {
    xml::Element entry = list.append("change-attr");
    entry.set_attribute("name", name);
    entry.set_attribute("operation", operation);
    has_changes_ = true;
    return entry;
  };
  for (const auto& [name, value] : before) {
    if (!after.attribute(name)) note(name, "unset");
  }
  for (const auto& current : now) {
    const auto old = std::find_if(before.begin(), before.end(), [&](const auto& attribute) {
      return attribute.first == current.first;
    });
    if (old == before.end() || old->second != current.second) {
      note(current.first, "set").set_attribute("value", current.second);
    }
  }
  xml::Element result = xml::Element(modification).append("change-result").append(after.name());
  for (const auto& [name, value] : now) result.set_attribute(name, value);
}

void PatchWriter::modify_first(std::string_view path, const AttributeList& before,
                               xml::Element after) {
  const xml::Element next = std::exchange(first_other_, xml::Element());
  modify(path, before, after);
  if (!first_other_) {
    first_other_ = next;
  } else if (next) {
    diff().move_here(first_other_, next);
  }
}

void PatchWriter::create(std::string_view parent_path, std::size_t position, xml::Element created) {
  xml::Element creation = change("create", parent_path);
  creation.set_attribute("position", static_cast<long long>(position));
  creation.append_copy(created);
}

void PatchWriter::move(std::string_view path, std::size_t position) {
  change("move", path).set_attribute("position", static_cast<long long>(position));
}

xml::Document PatchWriter::finish(const Version& source, const Version& target) && {
  write_version(versions_.append("source"), source);
  write_version(versions_.append("target"), target);
  return std::move(document_);
}

}  // namespace systole::cib
