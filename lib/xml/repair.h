#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace systole::xml {

/// Pacemaker's library up to 2.1 stops escaping an attribute's value at its first two adjacent
/// bytes above 0x7f: title="Müller & Söhne" leaves its clients as it stands, although it is not
/// XML. This escapes what was left out in such values. Nothing when there is no such value; text
/// that is well-formed must not be handed in, since it would be escaped twice.
std::optional<std::string> repair_unescaped_values(std::string_view text);

}  // namespace systole::xml
