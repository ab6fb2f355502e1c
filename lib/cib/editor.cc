#include "lib/cib/editor.h"

#include <algorithm>

#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

void restore_attributes(xml::Element element, const AttributeList& attributes) {
  element.remove_all_attributes();
  for (const auto& [name, value] : attributes) element.set_attribute(name, value);
}

bool path_is_addressable(xml::Element element) {
  for (xml::Element step = element; step; step = step.parent()) {
    if (!is_addressable(step)) return false;
  }
  return true;
}

}  // namespace

Editor::Record& Editor::touch(xml::Element element) {
  for (xml::Element above = element.parent(); above; above = above.parent()) {
    Record& record = records_[above.raw()];
    if (record.below) break;
    record.below = true;
  }
  return records_[element.raw()];
}

void Editor::remember_attributes(xml::Element element) {
  Record& record = touch(element);
  if (record.attributes_changed || record.created) return;
  record.attributes_changed = true;
  record.attributes = attributes_of(element);
  log_.emplace_back(UndoAttributes{element, record.attributes});
}

void Editor::set_attribute(xml::Element element, std::string_view name, std::string_view value) {
  if (element.attribute(name) == value) return;
  remember_attributes(element);
  if (name == "id") ambiguous_ = true;
  element.set_attribute(name, value);
}

void Editor::set_attribute(xml::Element element, std::string_view name, long long value) {
  set_attribute(element, name, base::cat(value));
}

void Editor::remove_attribute(xml::Element element, std::string_view name) {
  if (!element.attribute(name)) return;
  remember_attributes(element);
  if (name == "id") ambiguous_ = true;
  element.remove_attribute(name);
}

void Editor::replace_attributes(xml::Element element, xml::Element source) {
  const AttributeList wanted = attributes_of(source);
  if (wanted == attributes_of(element)) return;
  remember_attributes(element);
  if (element.attribute("id") != source.attribute("id")) ambiguous_ = true;
  restore_attributes(element, wanted);
}

xml::Element Editor::append(xml::Element parent, std::string_view name) {
  const xml::Element created = parent.append(name);
  touch(created).created = true;
  log_.emplace_back(UndoInsert{created});
  return created;
}

xml::Element Editor::insert_copy(xml::Element parent, xml::Element source, xml::Element sibling) {
  const xml::Element created = parent.insert_copy(source, sibling);
  touch(created).created = true;
  log_.emplace_back(UndoInsert{created});
  return created;
}

bool Editor::inside_created(xml::Element element) const {
  for (xml::Element step = element; step; step = step.parent()) {
    const auto record = records_.find(step.raw());
    if (record != records_.end() && record->second.created) return true;
  }
  return false;
}

void Editor::remove(xml::Element element) {
  const xml::Element parent = element.parent();
  CHECK(static_cast<bool>(parent));
  if (!inside_created(element)) {
    touch(element);
    if (element.is_comment()) {
      ambiguous_ |= !path_is_addressable(parent);
    } else {
      ambiguous_ |= !path_is_addressable(element);
    }
    removals_.push_back(Removal{.path = xml::path_of(element),
                                .position = element.is_comment() ? element.position() : 0,
                                .is_comment = element.is_comment()});
  }
  const xml::Element next = element.next_node();
  log_.emplace_back(UndoRemove{parent, next, element.detach()});
}

void Editor::move(xml::Element element, xml::Element sibling) {
  const xml::Element next = element.next_node();
  if (sibling == element || sibling == next) return;
  if (!inside_created(element)) {
    touch(element).moved = true;
    ambiguous_ |= element.is_comment();
  }
  log_.emplace_back(UndoMove{element, next});
  element.parent().move_here(element, sibling);
}

void Editor::replace_content(xml::Element element, xml::Element source) {
  replace_attributes(element, source);
  const bool whole = !inside_created(element);
  std::vector<xml::Element> old_children;
  for (xml::Element child = element.last_node(); child; child = element.last_node()) {
    old_children.push_back(child);
    log_.emplace_back(UndoRemove{element, xml::Element(), child.detach()});
  }
  std::reverse(old_children.begin(), old_children.end());
  for (const xml::Element child : source.nodes()) {
    log_.emplace_back(UndoInsert{element.append_copy(child)});
  }
  if (!whole) return;
  Record& record = touch(element);
  record.content_replaced = true;
  record.old_children = std::move(old_children);
}

bool Editor::attached(xml::Element element) const {
  xml::Element top = element;
  while (top.parent()) top = top.parent();
  return top == root();
}

void Editor::describe(PatchWriter& writer) {
  if (!ambiguous_) {
    PatchWriter attempt;
    for (const Removal& removal : removals_) {
      if (removal.is_comment) {
        attempt.remove_comment(removal.path, removal.position);
      } else {
        attempt.remove(removal.path);
      }
    }
    std::string path;
    append_step(path, root());
    if (describe_below(attempt, root(), path)) {
      writer = std::move(attempt);
      return;
    }
  }
  describe_by_comparison(writer);
}

// False when a path would not name what it should.
bool Editor::describe_below(PatchWriter& writer, xml::Element element, std::string& path) {
  const auto found = records_.find(element.raw());
  if (found == records_.end()) return true;
  if (found->second.content_replaced) {
    compare_children(writer, path, found->second.old_children, element);
    return true;
  }
  if (!found->second.below) return true;
  std::size_t position = 0;
  for (const xml::Element child : element.nodes()) {
    if (!describe_child(writer, child, path, position++)) return false;
  }
  return true;
}

bool Editor::describe_child(PatchWriter& writer, xml::Element child, std::string& path,
                            std::size_t position) {
  const auto found = records_.find(child.raw());
  if (found == records_.end()) return true;
  const Record& record = found->second;
  if (record.created) {
    writer.create(path, position, child);
    return true;
  }
  if (!is_addressable(child)) return false;
  const std::size_t length = path.size();
  append_step(path, child);
  if (record.attributes_changed) writer.modify(path, record.attributes, child);
  const bool described = describe_below(writer, child, path);
  if (record.moved) writer.move(path, position);
  path.resize(length);
  return described;
}

// Rebuilds the change as "the old document was replaced by the new one", which can delete and
// create anew what a path cannot name. Costs a copy of the document; only documents with children
// of the same tag and without ids of their own come here.
void Editor::describe_by_comparison(PatchWriter& writer) {
  const xml::Document result = document_.clone();
  rollback();
  replace_content(root(), result.root());
  std::string path;
  append_step(path, root());
  compare_children(writer, path, records_[root().raw()].old_children, root());
}

void Editor::describe_root(PatchWriter& writer) {
  const auto found = records_.find(root().raw());
  if (found == records_.end() || !found->second.attributes_changed) return;
  std::string path;
  append_step(path, root());
  writer.modify_first(path, found->second.attributes, root());
}

void Editor::commit() {
  records_.clear();
  removals_.clear();
  log_.clear();
  ambiguous_ = false;
}

void Editor::rollback() {
  for (auto step = log_.rbegin(); step != log_.rend(); ++step) {
    std::visit([&](auto& kind) { undo(kind); }, *step);
  }
  commit();
}

void Editor::undo(UndoAttributes& step) {
  restore_attributes(step.element, step.attributes);
}

void Editor::undo(UndoInsert& step) {
  step.element.remove();
}

void Editor::undo(UndoRemove& step) {
  step.parent.attach(std::move(step.detached), step.next);
}

void Editor::undo(UndoMove& step) {
  step.element.parent().move_here(step.element, step.next);
}

}  // namespace systole::cib
