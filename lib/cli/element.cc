#include "lib/cli/element.h"

#include <algorithm>
#include <cstdio>

#include "lib/base/xml_escape.h"

namespace systole::cli {
namespace {

/// XML 1.0 has no way to write these, not even as references.
bool is_forbidden_in_xml(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

std::string escape(std::string text, base::XmlEscapes escapes) {
  std::replace_if(text.begin(), text.end(), is_forbidden_in_xml, '?');
  return base::escaped_xml(text, escapes);
}

std::string escape_json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", byte);
      out += code;
    } else {
      out += c;
    }
  }
  return out += '"';
}

/// A CDATA section ends at the first "]]>", so that sequence is split over two sections.
std::string cdata(std::string_view text) {
  std::string out = "<![CDATA[";
  std::size_t start = 0;
  for (std::size_t at = 0; (at = text.find("]]>", start)) != std::string_view::npos;) {
    out += text.substr(start, at + 2 - start);
    out += "]]><![CDATA[";
    start = at + 2;
  }
  out += text.substr(start);
  return out += "]]>";
}

}  // namespace

Element& Element::add(std::string_view name, Attributes attributes) {
  return children_.emplace_back(name, std::move(attributes));
}

Element& Element::add(Element child) {
  return children_.emplace_back(std::move(child));
}

Element& Element::set(std::string_view name, std::string_view value) {
  const auto found = std::find_if(attributes_.begin(), attributes_.end(),
                                  [&](const auto& attribute) { return attribute.first == name; });
  if (found != attributes_.end()) {
    found->second = value;
  } else {
    attributes_.emplace_back(name, value);
  }
  return *this;
}

Element& Element::set_number(std::string_view name, std::int64_t value) {
  literals_.emplace_back(name);
  return set(name, std::to_string(value));
}

Element& Element::set_boolean(std::string_view name, bool value) {
  literals_.emplace_back(name);
  return set(name, value);
}

std::string Element::to_xml() const {
  std::string out;
  write_xml(out, 0);
  return out;
}

std::string Element::to_json() const {
  std::string out = "{\n  " + escape_json(name_) + ": ";
  write_json(out, 1);
  return out += "\n}\n";
}

void Element::write_xml(std::string& out, int depth) const {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  out += indent + "<" + name_;
  for (const auto& [name, value] : attributes_) {
    out += " " + name + "=\"" + escape(value, base::XmlEscapes::kMarkup) + "\"";
  }
  if (children_.empty() && text_.empty()) {
    out += "/>\n";
    return;
  }
  out += ">";
  if (!text_.empty()) out += cdata_ ? cdata(text_) : escape(text_, base::XmlEscapes::kContent);
  if (!children_.empty()) {
    out += "\n";
    for (const Element& child : children_) child.write_xml(out, depth + 1);
    out += indent;
  }
  out += "</" + name_ + ">\n";
}

void Element::write_json(std::string& out, int depth) const {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  std::string_view separator = "\n";
  const auto member = [&](std::string_view name) {
    out += separator;
    out += indent + "  " + escape_json(name) + ": ";
    separator = ",\n";
  };
  out += "{";
  for (const auto& [name, value] : attributes_) {
    member(name);
    const bool literal = std::find(literals_.begin(), literals_.end(), name) != literals_.end();
    out += literal ? value : escape_json(value);
  }
  if (!text_.empty()) {
    member("text");
    out += escape_json(text_);
  }
  std::vector<std::string_view> names;
  for (const Element& child : children_) {
    if (std::find(names.begin(), names.end(), child.name_) == names.end()) {
      names.push_back(child.name_);
    }
  }
  for (const std::string_view name : names) {
    member(name);
    out += "[";
    std::string_view comma = "";
    for (const Element& child : children_) {
      if (child.name_ != name) continue;
      out += comma;
      child.write_json(out, depth + 1);
      comma = ", ";
    }
    out += "]";
  }
  out += separator == "\n" ? "}" : "\n" + indent + "}";
}

}  // namespace systole::cli
