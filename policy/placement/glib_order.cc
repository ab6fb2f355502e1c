#include "policy/placement/glib_order.h"

#include <array>
#include <cstdint>
#include <optional>

namespace systole::policy {

namespace {

using model::Text;

constexpr std::array<std::uint32_t, 13> kPrimes = {7,    13,   31,   61,   127,   251,  509,
                                                   1021, 2039, 4093, 8191, 16381, 32749};

std::uint32_t string_hash(Text key) {
  std::uint32_t hash = 0;
  for (const char c : key) {
    hash = hash * 31 + static_cast<std::uint32_t>(static_cast<signed char>(c));
  }
  return hash;
}

class Table {
 public:
  explicit Table(std::size_t size) : slots_(size) {
    std::size_t place = 0;
    while (place + 1 < kPrimes.size() && (std::size_t{8} << place) < size) ++place;
    prime_ = kPrimes[place];
  }

  void insert(Text key) {
    std::size_t slot = (string_hash(key) * 11u) % prime_;
    for (std::size_t step = 1; slots_[slot]; ++step) slot = (slot + step) & (slots_.size() - 1);
    slots_[slot] = key;
    ++count_;
  }

  bool is_full() const { return count_ + count_ / 16 >= slots_.size(); }

  std::vector<Text> keys() const {
    std::vector<Text> out;
    for (const auto& slot : slots_) {
      if (slot) out.push_back(*slot);
    }
    return out;
  }

  Table grown() const {
    std::size_t size = 8;
    while (size < count_ + count_ / 3 + 1) size *= 2;
    Table out(size);
    for (const Text key : keys()) out.insert(key);
    return out;
  }

 private:
  std::vector<std::optional<Text>> slots_;
  std::uint32_t prime_ = 7;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<Text> glib_order(const std::vector<Text>& keys) {
  Table table(8);
  for (const Text key : keys) {
    table.insert(key);
    if (table.is_full()) table = table.grown();
  }
  return table.keys();
}

}  // namespace systole::policy
