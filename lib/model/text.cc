#include "lib/model/text.h"

#include <algorithm>
#include <cstring>

namespace systole::model {

namespace {
constexpr std::size_t kChunkSize = 64 * 1024;
}

Text TextPool::keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > left_) {
    const std::size_t size = std::max(kChunkSize, text.size());
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    free_ = chunks_.back().get();
    left_ = size;
  }
  std::memcpy(free_, text.data(), text.size());
  const Text kept(free_, text.size());
  free_ += text.size();
  left_ -= text.size();
  return kept;
}

const Text* find_value(const std::vector<NameValue>& values, std::string_view name) {
  for (const NameValue& entry : values) {
    if (entry.name == name) return &entry.value;
  }
  return nullptr;
}

}  // namespace systole::model
