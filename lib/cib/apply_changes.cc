#include "lib/cib/apply_changes.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

using base::Errc;
using base::Error;

// A creation or move, whose places are all looked up before the first is carried out.
struct Placement {
  xml::Element parent;
  xml::Element created{};  // the element to copy, or null
  xml::Element moved{};    // the element to move, or null
  std::size_t position = 0;
  std::string_view path;
};

Error failed(std::string_view operation, std::string_view path) {
  return {Errc::kPatchFailed, base::cat("patchset cannot ", operation, " ", path)};
}

xml::Element node_at(xml::Element parent, std::size_t position) {
  for (const xml::Element node : parent.nodes()) {
    if (position-- == 0) return node;
  }
  return xml::Element();
}

std::optional<std::size_t> position_of(xml::Element change) {
  const auto text = change.attribute("position");
  return text ? base::parse_integer<std::size_t>(*text) : std::nullopt;
}

void remove_comment(Editor& editor, std::string_view path, std::size_t position) {
  constexpr std::string_view kStep = "/comment";
  if (!path.ends_with(kStep)) return;
  path.remove_suffix(kStep.size());
  const xml::Element parent = xml::at_path(editor.root(), path);
  const xml::Element comment = parent ? node_at(parent, position) : xml::Element();
  if (comment && comment.is_comment()) editor.remove(comment);
}

base::Result<void> remove(Editor& editor, xml::Element change, std::string_view path) {
  if (const auto position = position_of(change)) {
    remove_comment(editor, path, *position);
    return {};
  }
  const xml::Element target = xml::at_path(editor.root(), path);
  // Somebody else may have removed it already.
  if (!target) return {};
  if (target == editor.root()) return failed("delete", path);
  editor.remove(target);
  return {};
}

base::Result<void> modify(Editor& editor, xml::Element change, std::string_view path) {
  const xml::Element target = xml::at_path(editor.root(), path);
  const xml::Element wrapper = change.first_child("change-result");
  const xml::Element result = wrapper ? wrapper.first_child() : xml::Element();
  if (!target || !result) return failed("modify", path);
  editor.replace_attributes(target, result);
  return {};
}

base::Result<Placement> prepare_create(Editor& editor, xml::Element change, std::string_view path) {
  const xml::Element parent = xml::at_path(editor.root(), path);
  const auto children = change.nodes();
  const auto position = position_of(change);
  if (!parent || children.empty() || !position) return failed("create below", path);
  return Placement{
      .parent = parent, .created = *children.begin(), .position = *position, .path = path};
}

base::Result<Placement> prepare_move(Editor& editor, xml::Element change, std::string_view path) {
  const xml::Element moved = xml::at_path(editor.root(), path);
  const auto position = position_of(change);
  if (!moved || !moved.parent() || !position) return failed("move", path);
  editor.move(moved, xml::Element());
  return Placement{.parent = moved.parent(), .moved = moved, .position = *position, .path = path};
}

base::Result<void> place(Editor& editor, const Placement& placement) {
  const xml::Element before = node_at(placement.parent, placement.position);
  if (placement.created) {
    editor.insert_copy(placement.parent, placement.created, before);
    return {};
  }
  editor.move(placement.moved, before);
  if (placement.moved.position() != placement.position) return failed("move", placement.path);
  return {};
}

}  // namespace

base::Result<void> apply_changes(Editor& editor, xml::Element patchset) {
  std::vector<Placement> placements;
  for (const xml::Element change : patchset.children("change")) {
    const std::string_view operation = change.attribute_or("operation", {});
    const std::string_view path = change.attribute_or("path", {});
    base::Result<void> done;
    if (operation == "delete") {
      done = remove(editor, change, path);
    } else if (operation == "modify") {
      done = modify(editor, change, path);
    } else if (operation == "create" || operation == "move") {
      auto placement = operation == "create" ? prepare_create(editor, change, path)
                                             : prepare_move(editor, change, path);
      if (!placement) return placement.error();
      placements.push_back(*placement);
    } else {
      return Error{Errc::kInvalidArgument,
                   base::cat("patchset asks for the unknown operation '", operation, "'")};
    }
    if (!done) return done;
  }
  std::stable_sort(placements.begin(), placements.end(),
                   [](const Placement& a, const Placement& b) { return a.position < b.position; });
  for (const Placement& placement : placements) {
    auto done = place(editor, placement);
    if (!done) return done;
  }
  return {};
}

}  // namespace systole::cib
