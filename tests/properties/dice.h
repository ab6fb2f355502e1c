#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "tests/simulation/random.h"

namespace systole::properties {

/// Choices that a seed determines, in programs of one compiler.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  /// From `low` to `high`, both included.
  int pick(int low, int high) { return static_cast<int>(random_.between(low, high)); }
  bool chance(int percent) { return random_.chance(percent); }
  template <typename T>
  T one_of(std::initializer_list<T> choices) {
    return choices.begin()[pick(0, static_cast<int>(choices.size()) - 1)];
  }
  template <typename T>
  const T& one_of(std::span<const T> choices) {
    return choices[static_cast<std::size_t>(pick(0, static_cast<int>(choices.size()) - 1))];
  }
  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return one_of(std::span<const T>(choices));
  }

 private:
  simulation::Random random_;
};

}  // namespace systole::properties
