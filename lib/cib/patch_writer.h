#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/cib/version.h"
#include "lib/xml/document.h"

namespace systole::cib {

using AttributeList = std::vector<std::pair<std::string, std::string>>;
AttributeList attributes_of(xml::Element element);

/// Appends the step for `element` to a path of a patchset: "/tag" or "/tag[@id='i']".
void append_step(std::string& path, xml::Element element);

/// True when the step for `element` finds it among its siblings, and no other.
bool is_addressable(xml::Element element);

/// Collects the changes of one patchset in the order that the format asks for: deletions first. The
/// caller reports the others in document order of the result.
class PatchWriter {
 public:
  PatchWriter();

  void remove(std::string_view path);
  void remove_comment(std::string_view path, std::size_t position);
  /// The attributes were `before`; nothing is written when they are the same in the same order.
  void modify(std::string_view path, const AttributeList& before, xml::Element after);
  /// The same, ahead of all changes but deletions: for the root.
  void modify_first(std::string_view path, const AttributeList& before, xml::Element after);
  void create(std::string_view parent_path, std::size_t position, xml::Element created);
  void move(std::string_view path, std::size_t position);

  /// False while no change, or no more than another order of attributes, was reported.
  bool has_changes() const { return has_changes_; }
  xml::Element diff() const { return document_.root(); }

  xml::Document finish(const Version& source, const Version& target) &&;

 private:
  xml::Element change(std::string_view operation, std::string_view path);

  xml::Document document_;
  xml::Element versions_;
  xml::Element first_other_;
  bool has_changes_ = false;
};

/// Compares two trees and reports how `before` becomes `after`. Both are elements with the same
/// tag; `path` is that of both.
void compare(PatchWriter& writer, std::string& path, xml::Element before, xml::Element after);

/// The same for the children alone.
void compare_children(PatchWriter& writer, std::string& path,
                      const std::vector<xml::Element>& before, xml::Element after);

}  // namespace systole::cib
