#pragma once

#include <string>
#include <string_view>

namespace systole::xml {

/// `text` with what an XML 1.0 document cannot hold replaced: bytes that are not UTF-8 and
/// characters outside XML's set become U+FFFD, other control characters a backslash and three octal
/// digits. Text that agents and clients hand us is often of that kind.
std::string clean_text(std::string_view text);

/// The same, with every "--" and a final "-" broken by a space, as a comment needs.
std::string clean_comment(std::string_view text);

}  // namespace systole::xml
