#include "lib/xml/write.h"

#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <vector>

#include "lib/xml/characters.h"

namespace systole::xml {
namespace {

class Writer {
 public:
  Writer(std::string& out, const WriteOptions& options, xmlDict* names)
      : out_(out), options_(options) {
    for (const std::string_view name : options.without_attributes) {
      // Names are kept once in the document's dictionary: equal names are equal pointers.
      const xmlChar* interned = xmlDictExists(names, reinterpret_cast<const xmlChar*>(name.data()),
                                              static_cast<int>(name.size()));
      if (interned != nullptr) left_out_.push_back(interned);
    }
  }

  void node(const xmlNode* node, int level) {
    switch (node->type) {
      case XML_ELEMENT_NODE:
        element(node, level);
        break;
      case XML_COMMENT_NODE:
        start_line(level);
        out_.append("<!--").append(view(node->content)).append("-->");
        end_line();
        break;
      case XML_TEXT_NODE:
      case XML_CDATA_SECTION_NODE:
        text(view(node->content));
        break;
      default:
        break;
    }
  }

 private:
  void start_line(int level) {
    if (indented()) out_.append(static_cast<std::size_t>(2 * level), ' ');
  }
  void end_line() {
    if (indented()) out_.push_back('\n');
  }
  bool indented() const { return options_.layout == Layout::kIndented && inline_depth_ == 0; }

  void name(const xmlNs* ns, const xmlChar* local) {
    if (ns != nullptr && ns->prefix != nullptr) out_.append(view(ns->prefix)).push_back(':');
    out_.append(view(local));
  }

  void value(std::string_view text) {
    out_.append("=\"");
    base::escape_xml(text, out_, options_.escapes);
    out_.push_back('"');
  }

  /// Between tags quotes and line ends are themselves; a carriage return would be read as a line
  /// end.
  void text(std::string_view content) {
    if (options_.escapes == Escapes::kDigest) {
      base::escape_xml(content, out_, options_.escapes);
      return;
    }
    for (const char& c : content) {
      const bool escaped = c == '&' || c == '<' || c == '>' || c == '\r';
      if (escaped) {
        base::escape_xml(std::string_view(&c, 1), out_, options_.escapes);
      } else {
        out_.push_back(c);
      }
    }
  }

  void namespaces(const xmlNode* node) {
    for (const xmlNs* ns = node->nsDef; ns != nullptr; ns = ns->next) {
      out_.append(" xmlns");
      if (ns->prefix != nullptr) out_.append(":").append(view(ns->prefix));
      value(view(ns->href));
    }
  }

  void attributes(const xmlNode* node) {
    for (const xmlAttr* attribute = node->properties; attribute != nullptr;
         attribute = attribute->next) {
      if (std::find(left_out_.begin(), left_out_.end(), attribute->name) != left_out_.end()) {
        continue;
      }
      out_.push_back(' ');
      name(attribute->ns, attribute->name);
      value(attribute->children == nullptr ? std::string_view()
                                           : view(attribute->children->content));
    }
  }

  void element(const xmlNode* node, int level) {
    start_line(level);
    out_.push_back('<');
    name(node->ns, node->name);
    namespaces(node);
    attributes(node);
    if (node->children == nullptr) {
      out_.append("/>");
      end_line();
      return;
    }
    out_.push_back('>');
    // Space between tags would become part of the text of an element that has some.
    const bool has_text = contains_text(node);
    if (!has_text) end_line();
    inline_depth_ += has_text ? 1 : 0;
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
      this->node(child, level + 1);
    }
    inline_depth_ -= has_text ? 1 : 0;
    if (!has_text) start_line(level);
    out_.append("</");
    name(node->ns, node->name);
    out_.push_back('>');
    end_line();
  }

  static bool contains_text(const xmlNode* node) {
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
      if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) return true;
    }
    return false;
  }

  std::string& out_;
  const WriteOptions& options_;
  std::vector<const xmlChar*> left_out_;
  int inline_depth_ = 0;
};

}  // namespace

void write(Element root, std::string& out, const WriteOptions& options) {
  Writer(out, options, root.raw()->doc->dict).node(root.raw(), 0);
}

std::string to_string(Element root, const WriteOptions& options) {
  std::string out;
  write(root, out, options);
  return out;
}

}  // namespace systole::xml
