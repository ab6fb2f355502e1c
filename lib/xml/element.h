#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct _xmlNode;
struct _xmlAttr;

namespace systole::xml {

/// One attribute, viewed in place. Valid until the attribute is set or removed.
struct Attribute {
  std::string_view name;
  std::string_view value;
};

class AttributeRange;
class NodeRange;

struct FreeNode {
  void operator()(_xmlNode* node) const;
};
/// A subtree taken out of its document, which must outlive it.
using Detached = std::unique_ptr<_xmlNode, FreeNode>;

/// A view of an element or comment inside a Document, as cheap to copy as a pointer and, like one,
/// not const-correct and possibly null. It is valid until its node is removed or its Document dies.
/// Everything but the null test needs a non-null view. Text handed in is UTF-8 without NUL; bytes
/// that XML cannot carry are replaced when they are set, so every document can be written and read
/// back to the same content.
class Element {
 public:
  Element() = default;
  explicit operator bool() const { return node_ != nullptr; }
  bool operator==(const Element&) const = default;  ///< the same node, not the same content

  /// The tag; "comment" for a comment.
  std::string_view name() const;
  bool is(std::string_view name) const { return this->name() == name; }
  bool is_comment() const;

  std::optional<std::string_view> attribute(std::string_view name) const;
  std::string_view attribute_or(std::string_view name, std::string_view fallback) const;
  /// The attribute `id`, empty when there is none.
  std::string_view id() const { return attribute_or("id", {}); }
  /// In document order, which is the order of insertion.
  AttributeRange attributes() const;
  bool has_attributes() const;

  /// Keeps the place of an attribute that exists; a new one comes last. `name` must be a valid
  /// name.
  void set_attribute(std::string_view name, std::string_view value);
  void set_attribute(std::string_view name, long long value);
  bool remove_attribute(std::string_view name);
  void remove_all_attributes();

  /// Child elements, in order. The range stays valid when other nodes than the current one change.
  NodeRange children() const;
  /// Child elements with this tag.
  NodeRange children(std::string_view name) const;
  /// Child elements and comments.
  NodeRange nodes() const;

  Element first_child() const;
  Element first_child(std::string_view name) const;
  /// The first child element with this tag and `id`.
  Element first_child(std::string_view name, std::string_view id) const;
  Element next() const;       ///< the next sibling element
  Element next_node() const;  ///< the next sibling element or comment
  Element previous_node() const;
  Element last_node() const;     ///< the last child element or comment
  Element parent() const;        ///< null for the root
  std::size_t position() const;  ///< index among the elements and comments of the parent

  Element append(std::string_view name);
  Element append_comment(std::string_view text);
  /// Copies the subtree `source`, of this or another document, to the end of the children.
  Element append_copy(Element source);
  /// Copies `source` before `sibling`, which is a child of this element; null appends.
  Element insert_copy(Element source, Element sibling);
  /// Moves `child`, a node of the same document that is no ancestor, before `sibling`; null
  /// appends.
  void move_here(Element child, Element sibling);
  /// Takes the node with everything below out of the document and frees it. Views of it dangle.
  void remove();
  void remove_children();
  /// Takes the subtree out and keeps it: views of its inside stay valid, this one becomes null.
  Detached detach();
  /// Puts a subtree of the same document before `sibling`; null appends.
  Element attach(Detached detached, Element sibling);

  /// The text directly inside an element (where the document was parsed with Text::kKeep), or of a
  /// comment.
  std::string text() const;
  /// Replaces everything inside by `text`.
  void set_text(std::string_view text);

  /// Line in the text it was parsed from; 0 when made by the program.
  long line() const;
  /// Lets a node that was made count as standing where another one does.
  void take_line_of(Element other);

  _xmlNode* raw() const { return node_; }
  explicit Element(_xmlNode* node) : node_(node) {}

 private:
  _xmlNode* node_ = nullptr;
};

/// Same tags, attributes (in any order), comments and children in order; text counts.
bool same_content(Element a, Element b);

/// Finds `id` of `name` in the subtree of `root`, `root` included: first in document order.
Element find(Element root, std::string_view name, std::string_view id);

/// Attributes of an element, for range-for.
class AttributeRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Attribute;
    using difference_type = std::ptrdiff_t;
    using pointer = const Attribute*;
    using reference = Attribute;
    explicit Iterator(_xmlAttr* attribute) : attribute_(attribute) {}
    Attribute operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator&) const = default;

   private:
    _xmlAttr* attribute_;
  };
  explicit AttributeRange(_xmlAttr* first) : first_(first) {}
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(nullptr); }

 private:
  _xmlAttr* first_;
};

/// Children of an element, for range-for.
class NodeRange {
 public:
  enum class Kind { kElements, kNodes };
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using pointer = const Element*;
    using reference = Element;
    Iterator(Element element, Kind kind, std::string_view name)
        : element_(element), kind_(kind), name_(name) {}
    Element operator*() const { return element_; }
    const Element* operator->() const { return &element_; }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return element_ == other.element_; }

   private:
    Element element_;
    Kind kind_;
    std::string_view name_;
  };
  NodeRange(Element first, Kind kind, std::string_view name)
      : first_(first), kind_(kind), name_(name) {}
  Iterator begin() const { return Iterator(first_, kind_, name_); }
  Iterator end() const { return Iterator(Element(), kind_, name_); }
  bool empty() const { return !first_; }

 private:
  Element first_;
  Kind kind_;
  std::string_view name_;
};

}  // namespace systole::xml
