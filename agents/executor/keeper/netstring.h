#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/strings.h"

namespace systole::executor {

// Fields of any bytes as text: "5:hello,". What ends in the middle is noticed.

inline void put_field(std::string& out, std::string_view value) {
  out += base::cat(value.size(), ":", value, ",");
}
template <std::integral T>
void put_field(std::string& out, T value) {
  put_field(out, base::cat(static_cast<long long>(value)));
}

/// Takes fields from the front of a text. After the first that is missing or broken there are none.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    std::size_t size = 0;
    const char* end = rest_.data() + rest_.size();
    const auto [colon, error] = std::from_chars(rest_.data(), end, size);
    if (error != std::errc() || colon == end || *colon != ':') return fail();
    const std::size_t begin = static_cast<std::size_t>(colon - rest_.data()) + 1;
    if (size >= rest_.size() - begin || rest_[begin + size] != ',') return fail();
    const std::string_view value = rest_.substr(begin, size);
    rest_.remove_prefix(begin + size + 1);
    return value;
  }

  /// The next field; empty, and good() is false, when there is none.
  std::string text() { return std::string(next().value_or(std::string_view{})); }

  template <std::integral T>
  T number() {
    const auto field = next();
    const auto value = field ? base::parse_integer<T>(*field) : std::nullopt;
    if (!value) fail();
    return value.value_or(0);
  }

  /// Whether every field asked for was there.
  bool good() const { return good_; }
  std::string_view rest() const { return rest_; }

 private:
  std::nullopt_t fail() {
    good_ = false;
    rest_ = {};
    return std::nullopt;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace systole::executor
