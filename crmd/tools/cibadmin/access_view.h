#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/cib/access.h"
#include "lib/xml/element.h"

namespace systole::crmd::cibadmin {

/// How --show-access tells what a user may do.
enum class AccessStyle {
  kColor,      ///< green writable, blue readable, red denied
  kText,       ///< a line before each element where the access changes
  kNamespace,  ///< a namespace prefix at each such element; well-formed XML
};

/// The style called `name`; nothing for a name that is none. Empty and "auto" mean text, or colour
/// where `terminal` says that the output is one.
std::optional<AccessStyle> access_style(std::string_view name, bool terminal);

/// `part`, which is in the CIB that `permissions` are about, as XML with two spaces a level.
std::string access_view(xml::Element part, const cib::Permissions& permissions,
                        std::string_view user, AccessStyle style);

}  // namespace systole::crmd::cibadmin
