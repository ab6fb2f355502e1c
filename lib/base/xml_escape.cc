#include "lib/base/xml_escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace systole::base {
namespace {

std::string_view markup_reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&apos;";
    default:
      return {};
  }
}

std::string_view standard_reference(char c) {
  switch (c) {
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\r':
      return "&#13;";
    case '\'':
      return {};
    default:
      return markup_reference(c);
  }
}

std::string_view digest_reference(char c) {
  switch (c) {
    case '\t':
      return "    ";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\x7f':
      return "\\177";
    default:
      return markup_reference(c);
  }
}

std::string_view reference(char c, XmlEscapes escapes) {
  switch (escapes) {
    case XmlEscapes::kContent:
      return c == '"' || c == '\'' ? std::string_view() : markup_reference(c);
    case XmlEscapes::kMarkup:
      return markup_reference(c);
    case XmlEscapes::kStandard:
      return standard_reference(c);
    case XmlEscapes::kDigest:
      return digest_reference(c);
  }
  return {};
}

bool is_high(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// The bytes of most text: ASCII that is written as it is in every way of escaping.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> out{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) out[c] = true;
  for (const char c : {'&', '<', '>', '"', '\''}) out[static_cast<unsigned char>(c)] = false;
  return out;
}();

/// Eight bytes at once; as is_plain_xml().
bool are_plain(std::uint64_t bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x80 * kEach;
  // Each term has the high bit of a byte set where the byte passes the test; bytes above 0x7f fail
  // the first one, so that none carries into its neighbour where it matters.
  const std::uint64_t ascii = ~bytes & ~(bytes + kEach);  // and no 0x7f
  const std::uint64_t printable = bytes + 0x60 * kEach;   // 0x20 or more
  const std::uint64_t no_quote = ((bytes & 0xfa * kEach) ^ 0x22 * kEach) + 0x7f * kEach;  // " & ' #
  const std::uint64_t no_angle = ((bytes & 0xfd * kEach) ^ 0x3c * kEach) + 0x7f * kEach;  // < >
  return (ascii & printable & no_quote & no_angle & kHigh) == kHigh;
}

}  // namespace

bool is_plain_xml(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (text.size() < kWord) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return kPlain[static_cast<unsigned char>(c)]; });
  }
  const auto is_plain_at = [&](std::size_t place) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + place, kWord);
    return are_plain(bytes);
  };
  for (std::size_t i = 0; i + kWord < text.size(); i += kWord) {
    if (!is_plain_at(i)) return false;
  }
  // The last eight: some of them may have been looked at already.
  return is_plain_at(text.size() - kWord);
}

void escape_xml(std::string_view text, std::string& out, XmlEscapes escapes) {
  if (is_plain_xml(text)) {
    out.append(text);
    return;
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (kPlain[static_cast<unsigned char>(c)]) continue;
    if (escapes == XmlEscapes::kDigest && is_high(c) && i + 1 < text.size() &&
        is_high(text[i + 1])) {
      break;
    }
    const std::string_view escaped = reference(c, escapes);
    if (escaped.empty()) continue;
    out.append(text.substr(done, i - done)).append(escaped);
    done = i + 1;
  }
  out.append(text.substr(done));
}

std::string escaped_xml(std::string_view text, XmlEscapes escapes) {
  std::string out;
  escape_xml(text, out, escapes);
  return out;
}

}  // namespace systole::base
