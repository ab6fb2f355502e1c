#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace systole::base {

/// A sequence that grows at its end without moving what is in it. Elements are found with two
/// loads; a std::deque divides, and of elements this large keeps one or two together.
template <typename T>
class StableVector {
 public:
  T& operator[](std::size_t place) { return chunks_[place / kChunk][place % kChunk]; }
  const T& operator[](std::size_t place) const { return chunks_[place / kChunk][place % kChunk]; }
  std::size_t size() const {
    return chunks_.empty() ? 0 : (chunks_.size() - 1) * kChunk + chunks_.back().size();
  }
  void push_back(T&& value) {
    if (chunks_.empty() || chunks_.back().size() == kChunk) chunks_.emplace_back().reserve(kChunk);
    chunks_.back().push_back(std::move(value));
  }

 private:
  static constexpr std::size_t kChunk = 64;

  std::vector<std::vector<T>> chunks_;
};

}  // namespace systole::base
