#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace systole::model {

/// A piece of text that lives in a TextPool; valid as long as the pool is.
using Text = std::string_view;

/// Keeps text at stable addresses until it is destroyed. Not safe for use by several threads at
/// once while something is being kept.
class TextPool {
 public:
  TextPool() = default;
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

  /// A copy of `text` that lives as long as the pool.
  Text keep(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
};

struct NameValue {
  Text name;
  Text value;
  bool operator==(const NameValue&) const = default;
};

/// The value of the first entry called `name`, or nullptr.
const Text* find_value(const std::vector<NameValue>& values, std::string_view name);

}  // namespace systole::model
