#pragma once

#include <string>

namespace systole::fuzz {

/// The CIB `text` with some elements and attributes changed, removed, moved or doubled, as `seed`
/// determines; text that is no XML has a byte changed.
std::string mutate_cib(const std::string& text, unsigned seed);

}  // namespace systole::fuzz
