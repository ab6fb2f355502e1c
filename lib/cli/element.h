#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace systole::cli {

/// A piece of structured output: an element with attributes and either children or text. Tools
/// build one tree; it is rendered as XML or JSON.
class Element {
 public:
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  explicit Element(std::string_view name, Attributes attributes = {})
      : name_(name), attributes_(std::move(attributes)) {}

  /// Appends a child and returns it. The reference is good until the next child is added here.
  Element& add(std::string_view name, Attributes attributes = {});
  Element& add(Element child);

  /// Sets or replaces an attribute; keeps the order of first setting.
  Element& set(std::string_view name, std::string_view value);
  Element& set(std::string_view name, bool value) { return set(name, value ? "true" : "false"); }
  /// Keeps a string literal from being taken for a bool.
  Element& set(std::string_view name, const char* value) {
    return set(name, std::string_view(value));
  }
  /// Attributes that JSON output writes as a number, and as true or false.
  Element& set_number(std::string_view name, std::int64_t value);
  Element& set_boolean(std::string_view name, bool value);
  Element& set_text(std::string_view text) {
    text_ = text;
    return *this;
  }
  /// Text that XML output wraps in CDATA: a document inside the document.
  Element& set_cdata(std::string_view text) {
    text_ = text;
    cdata_ = true;
    return *this;
  }

  const std::string& name() const { return name_; }
  const std::vector<Element>& children() const { return children_; }
  std::vector<Element>& children() { return children_; }
  const Attributes& attributes() const { return attributes_; }
  const std::string& text() const { return text_; }

  /// Two spaces a level, one element a line, a newline at the end; no XML declaration.
  std::string to_xml() const;
  /// Attributes are members, children are arrays under their names, text is "text".
  std::string to_json() const;

 private:
  void write_xml(std::string& out, int depth) const;
  void write_json(std::string& out, int depth) const;

  std::string name_;
  Attributes attributes_;
  std::vector<std::string> literals_;  ///< names of the attributes that are no text in JSON
  std::vector<Element> children_;
  std::string text_;
  bool cdata_ = false;
};

}  // namespace systole::cli
