#pragma once

#include <string_view>

namespace systole::xml {

/// Whether `text` can be the name of an element or attribute: a name of XML without a colon, which
/// would need a namespace. Anything else must not get near set_attribute() or append().
bool is_name(std::string_view text);

}  // namespace systole::xml
