#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/xml/element.h"

namespace systole::xml {

enum class Layout {
  kCompact,   ///< one line, nothing between tags
  kIndented,  ///< two spaces a level, a newline after each tag
};

enum class Escapes {
  kStandard,  ///< well-formed XML that reads back to the same content
  /// The text over which Pacemaker's digests are computed. It is not always well-formed: tabs
  /// become four spaces, line ends the characters "\n", and from the first two adjacent bytes above
  /// 0x7f on a value is copied as it is. Never to be parsed.
  kDigest,
};

struct WriteOptions {
  Layout layout = Layout::kCompact;
  Escapes escapes = Escapes::kStandard;
  /// Attributes that are left out, on every element.
  std::span<const std::string_view> without_attributes = {};
};

/// Appends the text of the subtree to `out`.
void write(Element root, std::string& out, const WriteOptions& options = {});

std::string to_string(Element root, const WriteOptions& options = {});

/// Whether `value` is the same in every way of escaping: printable ASCII without markup. Text that
/// is may be taken for text that is not, which then escapes to itself.
bool is_plain(std::string_view value);

/// Appends `value` escaped for use inside an attribute in double quotes, or between tags.
void escape(std::string_view value, std::string& out, Escapes escapes = Escapes::kStandard);

}  // namespace systole::xml
