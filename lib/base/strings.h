#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace systole::base {

namespace detail {
inline void append(std::string& out, std::string_view piece) {
  out.append(piece);
}
inline void append(std::string& out, char piece) {
  out.push_back(piece);
}
template <std::integral T>
requires(!std::same_as<T, char> && !std::same_as<T, bool>) void append(std::string& out, T piece) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, piece).ptr);
}
}  // namespace detail

/// Joins text and integers to one string: cat("node ", id, " is lost").
template <typename... Pieces>
std::string cat(const Pieces&... pieces) {
  std::string out;
  (detail::append(out, pieces), ...);
  return out;
}

/// Whether `c` is one of 0 to 9, whatever the locale.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);

/// The pieces of `text` between any of the characters in `separators`, empty ones left out.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);

std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// The whole of `text` as a decimal integer; nothing when anything else is in it or it does not
/// fit.
template <std::integral T>
std::optional<T> parse_integer(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || text.empty()) return std::nullopt;
  return value;
}

/// The spellings of a boolean in the CIB: true/on/yes/y/1 and false/off/no/n/0, in any case.
std::optional<bool> parse_bool(std::string_view text);

}  // namespace systole::base
