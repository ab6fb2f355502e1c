#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace systole::crmd {

/// The text of one XML element, made without a tree, since what goes inside is often a large text
/// already. Attributes come in the order of the calls.
class ElementText {
 public:
  explicit ElementText(std::string_view name);

  ElementText& set(std::string_view name, std::string_view value);
  template <std::integral T>
  ElementText& set(std::string_view name, T value) {
    return set(name, std::to_string(value));
  }
  /// Nothing for an empty value.
  ElementText& set_if(std::string_view name, std::string_view value);

  /// Appends the text of a complete element inside this one; nothing for an empty text.
  ElementText& append(std::string_view element);

  std::string text() const;

 private:
  std::string name_;
  std::string attributes_;
  std::string inside_;
};

}  // namespace systole::crmd
