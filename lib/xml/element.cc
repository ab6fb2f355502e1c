#include "lib/xml/element.h"

#include <libxml/tree.h>

#include <cstring>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/xml/characters.h"
#include "lib/xml/clean_text.h"

namespace systole::xml {
namespace {

const xmlChar* bytes(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

// Values are one text node, or none when empty: the parser refuses entities.
std::string_view value_of(const xmlAttr* attribute) {
  return attribute->children == nullptr ? std::string_view() : view(attribute->children->content);
}

bool equals(const xmlChar* name, std::string_view wanted) {
  const char* text = reinterpret_cast<const char*>(name);
  return std::strncmp(text, wanted.data(), wanted.size()) == 0 && text[wanted.size()] == '\0';
}

// "xml:id" is not "id": attributes of other namespaces are kept and written, but not seen.
xmlAttr* skip_foreign(xmlAttr* attribute) {
  while (attribute != nullptr && attribute->ns != nullptr) attribute = attribute->next;
  return attribute;
}

xmlAttr* find_attribute(const xmlNode* node, std::string_view name) {
  if (node->type != XML_ELEMENT_NODE) return nullptr;
  for (xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next) {
    if (equals(attribute->name, name) && attribute->ns == nullptr) return attribute;
  }
  return nullptr;
}

bool is_node(const xmlNode* node) {
  return node->type == XML_ELEMENT_NODE || node->type == XML_COMMENT_NODE;
}

xmlNode* forward_to_element(xmlNode* node, std::string_view name) {
  while (node != nullptr &&
         (node->type != XML_ELEMENT_NODE || (!name.empty() && !equals(node->name, name)))) {
    node = node->next;
  }
  return node;
}

xmlNode* forward_to_node(xmlNode* node) {
  while (node != nullptr && !is_node(node)) node = node->next;
  return node;
}

// All names of a document are kept once, in its dictionary, so that equal names are equal pointers.
// Null when nothing in the document has this name.
const xmlChar* interned_name(const xmlNode* node, std::string_view name) {
  CHECK(node->doc != nullptr && node->doc->dict != nullptr);
  return xmlDictExists(node->doc->dict, reinterpret_cast<const xmlChar*>(name.data()),
                       static_cast<int>(name.size()));
}

// The node after `node` in document order, below `root`; null at the end.
xmlNode* next_in_tree(xmlNode* node, const xmlNode* root) {
  if (node->type == XML_ELEMENT_NODE && node->children != nullptr) return node->children;
  while (node != root && node->next == nullptr) node = node->parent;
  return node == root ? nullptr : node->next;
}

void place(xmlNode* parent, xmlNode* child, Element sibling) {
  xmlNode* placed = sibling ? xmlAddPrevSibling(sibling.raw(), child) : xmlAddChild(parent, child);
  CHECK(placed == child);
}

}  // namespace

std::string_view Element::name() const {
  return view(node_->name);
}

bool Element::is_comment() const {
  return node_->type == XML_COMMENT_NODE;
}

std::optional<std::string_view> Element::attribute(std::string_view name) const {
  const xmlAttr* attribute = find_attribute(node_, name);
  if (attribute == nullptr) return std::nullopt;
  return value_of(attribute);
}

std::string_view Element::attribute_or(std::string_view name, std::string_view fallback) const {
  const xmlAttr* attribute = find_attribute(node_, name);
  return attribute == nullptr ? fallback : value_of(attribute);
}

AttributeRange Element::attributes() const {
  return AttributeRange(node_->type == XML_ELEMENT_NODE ? skip_foreign(node_->properties)
                                                        : nullptr);
}

bool Element::has_attributes() const {
  return node_->type == XML_ELEMENT_NODE && skip_foreign(node_->properties) != nullptr;
}

void Element::set_attribute(std::string_view name, std::string_view value) {
  const std::string clean = clean_text(value);
  xmlAttr* attribute = find_attribute(node_, name);
  if (attribute == nullptr) {
    CHECK(xmlNewProp(node_, bytes(std::string(name)), bytes(clean)) != nullptr);
    return;
  }
  xmlNode* text = attribute->children;
  if (text != nullptr) {
    // In place, since the text may live inside `value` or in the document's dictionary.
    xmlNodeSetContent(text, nullptr);
    xmlNodeAddContent(text, bytes(clean));
  } else if (!clean.empty()) {
    attribute->children = attribute->last = xmlNewDocText(node_->doc, bytes(clean));
    CHECK(attribute->children != nullptr);
    attribute->children->parent = reinterpret_cast<xmlNode*>(attribute);
  }
}

void Element::set_attribute(std::string_view name, long long value) {
  set_attribute(name, base::cat(value));
}

bool Element::remove_attribute(std::string_view name) {
  xmlAttr* attribute = find_attribute(node_, name);
  return attribute != nullptr && xmlRemoveProp(attribute) == 0;
}

void Element::remove_all_attributes() {
  while (xmlAttr* attribute = skip_foreign(node_->properties)) {
    CHECK(xmlRemoveProp(attribute) == 0);
  }
}

NodeRange Element::children() const {
  return NodeRange(first_child(), NodeRange::Kind::kElements, {});
}

NodeRange Element::children(std::string_view name) const {
  return NodeRange(first_child(name), NodeRange::Kind::kElements, name);
}

NodeRange Element::nodes() const {
  return NodeRange(Element(forward_to_node(node_->children)), NodeRange::Kind::kNodes, {});
}

Element Element::first_child() const {
  return Element(forward_to_element(node_->children, {}));
}

Element Element::first_child(std::string_view name) const {
  return Element(forward_to_element(node_->children, name));
}

Element Element::first_child(std::string_view name, std::string_view id) const {
  for (const Element child : children(name)) {
    if (child.id() == id) return child;
  }
  return Element();
}

Element Element::next() const {
  return Element(forward_to_element(node_->next, {}));
}

Element Element::next_node() const {
  return Element(forward_to_node(node_->next));
}

Element Element::previous_node() const {
  xmlNode* node = node_->prev;
  while (node != nullptr && !is_node(node)) node = node->prev;
  return Element(node);
}

Element Element::last_node() const {
  xmlNode* node = node_->last;
  while (node != nullptr && !is_node(node)) node = node->prev;
  return Element(node);
}

Element Element::parent() const {
  xmlNode* parent = node_->parent;
  return Element(parent != nullptr && parent->type == XML_ELEMENT_NODE ? parent : nullptr);
}

std::size_t Element::position() const {
  std::size_t count = 0;
  for (Element before = previous_node(); before; before = before.previous_node()) ++count;
  return count;
}

Element Element::append(std::string_view name) {
  xmlNode* child = xmlNewDocNode(node_->doc, nullptr, bytes(std::string(name)), nullptr);
  CHECK(child != nullptr);
  place(node_, child, Element());
  return Element(child);
}

Element Element::append_comment(std::string_view text) {
  xmlNode* child = xmlNewDocComment(node_->doc, bytes(clean_comment(text)));
  CHECK(child != nullptr);
  place(node_, child, Element());
  return Element(child);
}

Element Element::append_copy(Element source) {
  return insert_copy(source, Element());
}

Element Element::insert_copy(Element source, Element sibling) {
  xmlNode* copy = xmlDocCopyNode(source.raw(), node_->doc, 1);
  CHECK(copy != nullptr);
  place(node_, copy, sibling);
  return Element(copy);
}

void Element::move_here(Element child, Element sibling) {
  if (child == sibling) return;
  xmlUnlinkNode(child.raw());
  place(node_, child.raw(), sibling);
}

Detached Element::detach() {
  xmlUnlinkNode(node_);
  return Detached(std::exchange(node_, nullptr));
}

Element Element::attach(Detached detached, Element sibling) {
  xmlNode* node = detached.release();
  place(node_, node, sibling);
  return Element(node);
}

void FreeNode::operator()(_xmlNode* node) const {
  xmlFreeNode(node);
}

void Element::remove() {
  xmlUnlinkNode(node_);
  xmlFreeNode(node_);
  node_ = nullptr;
}

void Element::remove_children() {
  xmlNode* children = node_->children;
  node_->children = nullptr;
  node_->last = nullptr;
  if (children != nullptr) xmlFreeNodeList(children);
}

std::string Element::text() const {
  if (is_comment()) return std::string(view(node_->content));
  std::string out;
  for (const xmlNode* child = node_->children; child != nullptr; child = child->next) {
    if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
      out += view(child->content);
    }
  }
  return out;
}

void Element::set_text(std::string_view text) {
  if (is_comment()) {
    xmlNodeSetContent(node_, bytes(clean_comment(text)));
    return;
  }
  remove_children();
  if (text.empty()) return;
  xmlNode* child = xmlNewDocText(node_->doc, bytes(clean_text(text)));
  CHECK(child != nullptr);
  place(node_, child, Element());
}

void Element::take_line_of(Element other) {
  node_->line = other.node_->line;
}

long Element::line() const {
  return xmlGetLineNo(node_);
}

Attribute AttributeRange::Iterator::operator*() const {
  return Attribute{view(attribute_->name), value_of(attribute_)};
}

AttributeRange::Iterator& AttributeRange::Iterator::operator++() {
  attribute_ = skip_foreign(attribute_->next);
  return *this;
}

NodeRange::Iterator& NodeRange::Iterator::operator++() {
  if (kind_ == Kind::kNodes) {
    element_ = element_.next_node();
  } else {
    element_ = Element(forward_to_element(element_.raw()->next, name_));
  }
  return *this;
}

bool same_content(Element a, Element b) {
  if (a == b) return true;
  if (a.is_comment() != b.is_comment() || a.name() != b.name() || a.text() != b.text()) {
    return false;
  }
  if (a.is_comment()) return true;
  std::size_t count = 0;
  for (const Attribute attribute : a.attributes()) {
    if (b.attribute(attribute.name) != attribute.value) return false;
    ++count;
  }
  for ([[maybe_unused]] const Attribute attribute : b.attributes()) {
    if (count-- == 0) return false;
  }
  if (count != 0) return false;
  auto theirs = b.nodes().begin();
  const auto end = b.nodes().end();
  for (const Element child : a.nodes()) {
    if (theirs == end || !same_content(child, *theirs)) return false;
    ++theirs;
  }
  return theirs == end;
}

Element find(Element root, std::string_view name, std::string_view id) {
  const xmlChar* interned = interned_name(root.raw(), name);
  if (interned == nullptr) return Element();
  for (xmlNode* node = root.raw(); node != nullptr; node = next_in_tree(node, root.raw())) {
    if (node->name == interned && node->type == XML_ELEMENT_NODE && Element(node).id() == id) {
      return Element(node);
    }
  }
  return Element();
}

}  // namespace systole::xml
