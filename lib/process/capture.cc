#include "lib/process/capture.h"

#include <algorithm>
#include <utility>

namespace systole::process {

void Capture::append(std::string_view data) {
  const std::size_t room = head_limit_ - head_.size();
  const std::size_t first = std::min(room, data.size());
  head_.append(data.substr(0, first));
  data.remove_prefix(first);
  if (data.size() > tail_limit_) {
    dropped_ += tail_.size() + data.size() - tail_limit_;
    tail_.clear();
    data.remove_prefix(data.size() - tail_limit_);
  }
  tail_.append(data);
  if (tail_.size() > 2 * tail_limit_) {
    const std::size_t excess = tail_.size() - tail_limit_;
    tail_.erase(0, excess);
    dropped_ += excess;
  }
}

Output Capture::take() {
  if (tail_.size() > tail_limit_) {
    const std::size_t excess = tail_.size() - tail_limit_;
    tail_.erase(0, excess);
    dropped_ += excess;
  }
  return {.head = std::exchange(head_, {}),
          .tail = std::exchange(tail_, {}),
          .dropped = std::exchange(dropped_, 0)};
}

}  // namespace systole::process
