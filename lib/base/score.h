#pragma once

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::base {

/// A preference for or against something, from -INFINITY to INFINITY (one million). Arithmetic
/// saturates, and minus infinity wins over plus infinity: a thing that must not be stays forbidden
/// however much it is wanted.
class Score {
 public:
  static constexpr int kInfinity = 1000000;

  constexpr Score() = default;
  constexpr explicit Score(int value) : value_(std::clamp(value, -kInfinity, kInfinity)) {}

  static constexpr Score infinity() { return Score(kInfinity); }
  static constexpr Score minus_infinity() { return Score(-kInfinity); }

  constexpr int value() const { return value_; }
  constexpr bool is_infinite() const { return value_ == kInfinity || value_ == -kInfinity; }
  constexpr bool is_minus_infinity() const { return value_ == -kInfinity; }
  constexpr bool is_plus_infinity() const { return value_ == kInfinity; }

  constexpr auto operator<=>(const Score&) const = default;

  constexpr Score operator-() const { return Score(-value_); }

  constexpr Score& operator+=(Score other) {
    if (is_minus_infinity() || other.is_minus_infinity()) {
      value_ = -kInfinity;
    } else if (is_plus_infinity() || other.is_plus_infinity()) {
      value_ = kInfinity;
    } else {
      value_ = std::clamp(value_ + other.value_, -kInfinity, kInfinity);
    }
    return *this;
  }
  friend constexpr Score operator+(Score a, Score b) { return a += b; }

 private:
  int value_ = 0;
};

/// Reads "INFINITY", "+INFINITY", "-INFINITY" (any case), "infinity"-less integers, and integers
/// beyond the range, which saturate. The words red, yellow and green stand for scores that are
/// cluster options and are resolved by the caller.
Result<Score> parse_score(std::string_view text);

/// "INFINITY", "-INFINITY" or a decimal number.
std::string to_string(Score score);

}  // namespace systole::base
