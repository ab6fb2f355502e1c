#include "lib/base/natural_order.h"

#include <algorithm>
#include <cctype>

#include "lib/base/strings.h"

namespace systole::base {

namespace {

/// Takes the digits at the front of `text`.
std::string_view take_digits(std::string_view& text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

/// Below, above or at zero as the number `a` is below, above or at `b`, of any length.
int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

}  // namespace

bool naturally_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view left = take_digits(a);
      const std::string_view right = take_digits(b);
      if (const int order = compare_numbers(left, right); order != 0) return order < 0;
      if (left.size() != right.size()) return left.size() < right.size();
      continue;
    }
    const int left = std::tolower(static_cast<unsigned char>(a.front()));
    const int right = std::tolower(static_cast<unsigned char>(b.front()));
    if (left != right) return left < right;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

}  // namespace systole::base
