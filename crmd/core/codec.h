#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "crmd/core/types.h"

/// The bytes of what controllers exchange: fields one after the other, integers as 8 bytes little
/// endian, texts and lists with their length before them. One description of a struct's fields
/// (`void fields(Codec&, Struct&)`, found by argument-dependent lookup) serves both directions.
namespace systole::crmd {

class Encoder {
 public:
  template <typename... Fields>
  void operator()(Fields&... values) {
    (put(values), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void integer(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<char>(value >> shift & 0xff));
    }
  }
  template <typename T>
  requires(std::integral<T> || std::is_enum_v<T>) void put(T& value) {
    integer(static_cast<std::uint64_t>(value));
  }
  void put(Milliseconds& value) {
    integer(static_cast<std::uint64_t>(std::clamp(value, -kLongest, kLongest).count()));
  }
  template <typename Tag, typename R>
  void put(base::Id<Tag, R>& value) {
    integer(value.value());
  }
  void put(std::string& value) {
    integer(value.size());
    bytes_ += value;
  }
  template <typename T>
  void put(std::optional<T>& value) {
    integer(value.has_value() ? 1 : 0);
    if (value) put(*value);
  }
  template <typename T>
  void put(std::vector<T>& values) {
    integer(values.size());
    for (T& value : values) put(value);
  }
  template <typename K, typename V>
  void put(std::map<K, V>& values) {
    integer(values.size());
    for (auto& [key, value] : values) {
      K copy = key;
      put(copy);
      put(value);
    }
  }
  template <typename T>
  void put(std::set<T>& values) {
    integer(values.size());
    for (T value : values) put(value);
  }
  template <typename A, typename B>
  void put(std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  template <typename T>
  requires(std::is_class_v<T>) void put(T& value) { fields(*this, value); }

  std::string bytes_;
};

/// Reads hostile bytes: after the first thing that does not fit, every field stays at its default
/// and ok() is false.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  template <typename... Fields>
  void operator()(Fields&... values) {
    (get(values), ...);
  }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }
  void fail() { ok_ = false; }

 private:
  std::uint64_t integer() {
    if (!ok_ || rest_.size() < 8) {
      ok_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(8);
    return value;
  }
  /// A count of things that take at least one byte each, so that a lie cannot cost memory.
  std::size_t length() {
    const std::uint64_t value = integer();
    if (!ok_ || value > rest_.size()) {
      ok_ = false;
      return 0;
    }
    return static_cast<std::size_t>(value);
  }
  template <typename T>
  requires(std::integral<T> || std::is_enum_v<T>) void get(T& value) {
    const std::uint64_t raw = integer();
    if constexpr (std::is_same_v<T, bool>) {
      if (raw > 1) ok_ = false;
      value = raw == 1;
    } else {
      value = static_cast<T>(raw);
      if (static_cast<std::uint64_t>(value) != raw) ok_ = false;
    }
  }
  void get(Milliseconds& value) {
    value = Milliseconds(static_cast<std::int64_t>(integer()));
    if (value > kLongest || value < -kLongest) {
      ok_ = false;
      value = Milliseconds::zero();
    }
  }
  template <typename Tag, typename R>
  void get(base::Id<Tag, R>& value) {
    R raw{};
    get(raw);
    value = base::Id<Tag, R>(raw);
  }
  void get(std::string& value) {
    const std::size_t size = length();
    value.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }
  template <typename T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    if (present) get(value.emplace());
  }
  template <typename T>
  void get(std::vector<T>& values) {
    const std::size_t size = length();
    for (std::size_t i = 0; i < size && ok_; ++i) get(values.emplace_back());
  }
  template <typename K, typename V>
  void get(std::map<K, V>& values) {
    const std::size_t size = length();
    for (std::size_t i = 0; i < size && ok_; ++i) {
      K key{};
      get(key);
      get(values[std::move(key)]);
    }
  }
  template <typename T>
  void get(std::set<T>& values) {
    const std::size_t size = length();
    for (std::size_t i = 0; i < size && ok_; ++i) {
      T value{};
      get(value);
      values.insert(std::move(value));
    }
  }
  template <typename A, typename B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <typename T>
  requires(std::is_class_v<T>) void get(T& value) { fields(*this, value); }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace systole::crmd
