#include "lib/xml/name.h"

#include <libxml/tree.h>

#include <string>

#include "lib/xml/clean_text.h"

namespace systole::xml {

bool is_name(std::string_view text) {
  // libxml2 takes a byte that is no UTF-8 for the character with its number.
  const std::string cleaned = clean_text(text);
  if (cleaned != text) return false;
  return ::xmlValidateNCName(reinterpret_cast<const xmlChar*>(cleaned.c_str()), 0) == 0;
}

}  // namespace systole::xml
