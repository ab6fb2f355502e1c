#include "lib/ipc/send_queue.h"

#include <algorithm>
#include <utility>

namespace systole::ipc {

bool SendQueue::push(Item item) {
  const std::size_t size = item.payload.frame_size();
  if (!item.replace_key.empty()) {
    const auto same = std::find_if(items_.begin(), items_.end(), [&](const Item& waiting) {
      return waiting.replace_key == item.replace_key;
    });
    if (same != items_.end()) {
      bytes_ -= same->payload.frame_size();
      items_.erase(same);
    }
  }
  if (bytes_ + size > bytes_max_) return false;
  bytes_ += size;
  items_.push_back(std::move(item));
  return true;
}

std::size_t SendQueue::flush(const Send& send) {
  std::size_t left = 0;
  while (!items_.empty()) {
    const auto sent = send(items_.front());
    if (sent.ok() && !*sent) break;
    bytes_ -= items_.front().payload.frame_size();
    items_.pop_front();
    ++left;
  }
  return left;
}

}  // namespace systole::ipc
