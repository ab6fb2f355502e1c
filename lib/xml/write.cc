#include "lib/xml/write.h"

#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/xml/characters.h"

namespace systole::xml {
namespace {

std::string_view named_reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&apos;";
    default:
      return {};
  }
}

std::string_view standard_reference(char c) {
  switch (c) {
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\r':
      return "&#13;";
    case '\'':
      return {};
    default:
      return named_reference(c);
  }
}

std::string_view digest_reference(char c) {
  switch (c) {
    case '\t':
      return "    ";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\x7f':
      return "\\177";
    default:
      return named_reference(c);
  }
}

constexpr bool needs_no_escape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f && byte != '&' && byte != '<' && byte != '>' && byte != '"' &&
         byte != '\'';
}

/// The bytes of most text: ASCII that is written as it is in every way of escaping.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> out{};
  for (std::size_t c = 0; c < 0x80; ++c) out[c] = needs_no_escape(static_cast<char>(c));
  return out;
}();

/// Eight bytes at once; as is_plain().
bool are_plain(std::uint64_t bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x80 * kEach;
  // Each term has the high bit of a byte set where the byte passes the test; bytes above 0x7f fail
  // the first one, so that none carries into its neighbour where it matters.
  const std::uint64_t ascii = ~bytes & ~(bytes + kEach);  // and no 0x7f
  const std::uint64_t printable = bytes + 0x60 * kEach;   // 0x20 or more
  const std::uint64_t no_quote = ((bytes & 0xfa * kEach) ^ 0x22 * kEach) + 0x7f * kEach;  // " & ' #
  const std::uint64_t no_angle = ((bytes & 0xfd * kEach) ^ 0x3c * kEach) + 0x7f * kEach;  // < >
  return (ascii & printable & no_quote & no_angle & kHigh) == kHigh;
}

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
        escape(view(node->content), out_, options_.escapes);
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
    escape(text, out_, options_.escapes);
    out_.push_back('"');
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

bool is_plain(std::string_view value) {
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= value.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, value.data() + i, sizeof bytes);
    if (!are_plain(bytes)) return false;
  }
  for (; i < value.size(); ++i) {
    if (!kPlain[static_cast<unsigned char>(value[i])]) return false;
  }
  return true;
}

void escape(std::string_view value, std::string& out, Escapes escapes) {
  if (is_plain(value)) {
    out.append(value);
    return;
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (kPlain[static_cast<unsigned char>(c)]) continue;
    if (escapes == Escapes::kDigest && is_high(c) && i + 1 < value.size() &&
        is_high(value[i + 1])) {
      break;
    }
    if (needs_no_escape(c)) continue;
    const std::string_view reference =
        escapes == Escapes::kDigest ? digest_reference(c) : standard_reference(c);
    if (reference.empty()) continue;
    out.append(value.substr(done, i - done)).append(reference);
    done = i + 1;
  }
  out.append(value.substr(done));
}

void write(Element root, std::string& out, const WriteOptions& options) {
  Writer(out, options, root.raw()->doc->dict).node(root.raw(), 0);
}

std::string to_string(Element root, const WriteOptions& options) {
  std::string out;
  write(root, out, options);
  return out;
}

}  // namespace systole::xml
