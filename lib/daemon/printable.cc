#include "lib/daemon/printable.h"

#include <cstddef>
#include <cstdint>

namespace systole::daemon {

namespace {

struct LeadByte {
  unsigned char mask;
  unsigned char value;
  std::size_t length;
  std::uint32_t smallest;  // a code point below it must be written shorter
};
constexpr LeadByte kLeadBytes[] = {
    {0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}};

bool is_character(std::uint32_t code) {
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  const bool control = code >= 0x80 && code < 0xa0;
  return !surrogate && !control && code <= 0x10ffff;
}

// Bytes of the character of several bytes that `text` begins with; 0 when it begins with none.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  for (const LeadByte& row : kLeadBytes) {
    if ((lead & row.mask) != row.value) continue;
    if (text.size() < row.length) return 0;
    std::uint32_t code = lead & static_cast<unsigned char>(~row.mask);
    for (std::size_t i = 1; i < row.length; ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if ((byte & 0xc0) != 0x80) return 0;
      code = code << 6 | (byte & 0x3f);
    }
    return code >= row.smallest && is_character(code) ? row.length : 0;
  }
  return 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char c = text[0];
    std::size_t length = 1;
    if (c == '\n' || c == '\t' || c == '\r') {
      out.push_back(' ');
    } else if (c >= ' ' && c != '\x7f') {
      out.push_back(c);
    } else if (const std::size_t bytes = character_length(text); bytes > 0) {
      length = bytes;
      out.append(text.substr(0, bytes));
    } else {
      out.push_back('?');
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace systole::daemon
