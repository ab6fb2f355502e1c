#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/base/xml_escape.h"
#include "lib/xml/element.h"

namespace systole::xml {

enum class Layout {
  kCompact,   ///< one line, nothing between tags
  kIndented,  ///< two spaces a level, a newline after each tag
};

using Escapes = base::XmlEscapes;

struct WriteOptions {
  Layout layout = Layout::kCompact;
  Escapes escapes = Escapes::kStandard;
  /// Attributes that are left out, on every element.
  std::span<const std::string_view> without_attributes = {};
};

/// Appends the text of the subtree to `out`.
void write(Element root, std::string& out, const WriteOptions& options = {});

std::string to_string(Element root, const WriteOptions& options = {});

}  // namespace systole::xml
