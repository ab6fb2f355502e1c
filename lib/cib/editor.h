#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "lib/cib/patch_writer.h"
#include "lib/xml/document.h"

namespace systole::cib {

/// Changes a document in place and remembers what it takes to undo the change and to describe it,
/// so that a small change of a large document costs little. Everything is undone on destruction
/// unless committed. Nodes that it removes stay alive until then, so views of them stay valid.
class Editor {
 public:
  explicit Editor(xml::Document& document) : document_(document) {}
  ~Editor() { rollback(); }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  xml::Element root() const { return document_.root(); }

  void set_attribute(xml::Element element, std::string_view name, std::string_view value);
  void set_attribute(xml::Element element, std::string_view name, long long value);
  void remove_attribute(xml::Element element, std::string_view name);
  /// Gives `element` exactly the attributes of `source`, in that order.
  void replace_attributes(xml::Element element, xml::Element source);
  xml::Element append(xml::Element parent, std::string_view name);
  /// Copies `source` before `sibling`; null appends.
  xml::Element insert_copy(xml::Element parent, xml::Element source, xml::Element sibling = {});
  /// REQUIRES: `element` is not the root.
  void remove(xml::Element element);
  /// Moves `element` before its sibling `sibling`; null makes it the last.
  void move(xml::Element element, xml::Element sibling);
  /// Gives `element` the attributes and children of `source`, which has the same tag. To be called
  /// for an element below which nothing has been edited yet.
  void replace_content(xml::Element element, xml::Element source);

  /// True while `element` is part of the document, false once it was removed.
  bool attached(xml::Element element) const;

  /// Writes what differs from the document as it was, except the attributes of the root, which
  /// describe_root() adds.
  void describe(PatchWriter& writer);
  void describe_root(PatchWriter& writer);

  void commit();
  void rollback();

 private:
  struct Record {
    bool created = false;
    bool moved = false;
    bool attributes_changed = false;
    bool content_replaced = false;
    bool below = false;                      // something recorded inside
    AttributeList attributes;                // as they were, where changed
    std::vector<xml::Element> old_children;  // where replaced; alive in the undo log
  };
  struct Removal {
    std::string path;
    std::size_t position;
    bool is_comment;
  };
  struct UndoAttributes {
    xml::Element element;
    AttributeList attributes;
  };
  struct UndoInsert {
    xml::Element element;
  };
  struct UndoRemove {
    xml::Element parent;
    xml::Element next;
    xml::Detached detached;
  };
  struct UndoMove {
    xml::Element element;
    xml::Element next;
  };
  using Undo = std::variant<UndoAttributes, UndoInsert, UndoRemove, UndoMove>;

  Record& touch(xml::Element element);
  void remember_attributes(xml::Element element);
  bool inside_created(xml::Element element) const;
  bool describe_below(PatchWriter& writer, xml::Element element, std::string& path);
  bool describe_child(PatchWriter& writer, xml::Element child, std::string& path,
                      std::size_t position);
  void describe_by_comparison(PatchWriter& writer);
  void undo(UndoAttributes& step);
  void undo(UndoInsert& step);
  void undo(UndoRemove& step);
  void undo(UndoMove& step);

  xml::Document& document_;
  std::vector<Undo> log_;
  std::unordered_map<const _xmlNode*, Record> records_;
  std::vector<Removal> removals_;
  // Set when a path of the patchset format cannot tell a changed element from a sibling.
  bool ambiguous_ = false;
};

}  // namespace systole::cib
