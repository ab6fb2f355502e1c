#pragma once

#include <libxml/xmlstring.h>

#include <string_view>

/// What libxml2 calls characters, seen as text. For the files of this folder alone.
namespace systole::xml {

/// Valid as long as `text` is. Null is the empty text.
inline std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// Whether the byte is a part of a character beyond ASCII.
inline bool is_high(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0;
}

}  // namespace systole::xml
