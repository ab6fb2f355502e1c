#pragma once

#include <string>
#include <string_view>

namespace systole::base {

enum class XmlEscapes {
  kContent,   ///< between tags: the characters that begin markup
  kMarkup,    ///< the characters of markup and quotes; line ends and tabs stay as they are
  kStandard,  ///< for an attribute in double quotes, which reads back to the same text
  /// The text over which Pacemaker's digests are computed. It is not always well-formed: tabs
  /// become four spaces, line ends the characters "\n", and from the first two adjacent bytes above
  /// 0x7f on a value is copied as it is. Never to be parsed.
  kDigest,
};

/// Whether `text` is the same in every way of escaping: printable ASCII without markup. Text that
/// is may be taken for text that is not, which then escapes to itself.
bool is_plain_xml(std::string_view text);

/// Appends `text` to `out`, escaped.
void escape_xml(std::string_view text, std::string& out, XmlEscapes escapes);

std::string escaped_xml(std::string_view text, XmlEscapes escapes);

}  // namespace systole::base
