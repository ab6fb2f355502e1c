#include <algorithm>
#include <array>

#include "lib/base/score.h"
#include "lib/base/strings.h"
#include "lib/cib/operations.h"

namespace systole::cib {
namespace {

constexpr std::string_view kDeleteMark = "__delete__";

int score_or_zero(std::string_view text) {
  const auto score = base::parse_score(text);
  return score ? score->value() : 0;
}

// "NAME++" and "NAME+=N" in the attribute NAME count its old value up. Without an old value they
// are plain text.
std::string counted(std::string_view name, std::string_view value,
                    std::optional<std::string_view> old) {
  if (!old || !value.starts_with(name)) return std::string(value);
  const std::string_view formula = value.substr(name.size());
  int step = 1;
  if (formula.starts_with("+=")) {
    step = score_or_zero(formula.substr(2));
  } else if (formula != "++") {
    return std::string(value);
  }
  const int sum = score_or_zero(*old) + step;
  return base::cat(std::min(sum, base::Score::kInfinity));
}

void count_from_zero(Editor& editor, xml::Element element) {
  std::vector<std::pair<std::string, std::string>> counting;
  for (const xml::Attribute attribute : element.attributes()) {
    const std::string value = counted(attribute.name, attribute.value, "0");
    if (value != attribute.value) counting.emplace_back(attribute.name, value);
  }
  for (const auto& [name, value] : counting) editor.set_attribute(element, name, value);
  for (const xml::Element child : element.children()) count_from_zero(editor, child);
}

void remove_marked(Editor& editor, xml::Element element) {
  std::vector<xml::Element> marked;
  for (const xml::Element child : element.children()) {
    if (child.attribute(kDeleteMark)) {
      marked.push_back(child);
    } else {
      remove_marked(editor, child);
    }
  }
  for (const xml::Element child : marked) editor.remove(child);
}

xml::Element matching_comment(xml::Element parent, xml::Element comment) {
  for (const xml::Element node : parent.nodes()) {
    if (node.is_comment() && node.text() == comment.text()) return node;
  }
  return xml::Element();
}

// Children without an id of their own are recognised by the id that they refer to, else by their
// tag.
xml::Element matching_child(xml::Element parent, xml::Element wanted) {
  if (wanted.is_comment()) return matching_comment(parent, wanted);
  for (const std::string_view key : {"id", "id-ref"}) {
    const auto id = wanted.attribute(key);
    if (!id) continue;
    for (const xml::Element child : parent.children(wanted.name())) {
      if (child.attribute(key) == id) return child;
    }
    return xml::Element();
  }
  return parent.first_child(wanted.name());
}

void merge_attributes(Editor& editor, xml::Element target, xml::Element input) {
  for (const xml::Attribute attribute : input.attributes()) {
    editor.set_attribute(
        target, attribute.name,
        counted(attribute.name, attribute.value, target.attribute(attribute.name)));
  }
}

}  // namespace

void append_new(Editor& editor, xml::Element parent, xml::Element input, bool mixed) {
  const xml::Element created = editor.insert_copy(parent, input);
  if (created.is_comment()) return;
  count_from_zero(editor, created);
  if (!mixed) return;
  if (created.attribute(kDeleteMark)) {
    editor.remove(created);
  } else {
    remove_marked(editor, created);
  }
}

void merge(Editor& editor, xml::Element target, xml::Element input, bool mixed) {
  if (target.is_comment()) return;
  if (mixed && input.attribute(kDeleteMark) && target.parent()) {
    editor.remove(target);
    return;
  }
  merge_attributes(editor, target, input);
  for (const xml::Element child : input.nodes()) {
    if (const xml::Element match = matching_child(target, child)) {
      merge(editor, match, child, mixed);
    } else {
      append_new(editor, target, child, mixed);
    }
  }
}

}  // namespace systole::cib
