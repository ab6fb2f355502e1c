#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "lib/base/result.h"
#include "lib/ipc/frame.h"

namespace systole::ipc {

/// Messages that one connection could not take at once because its ring was full. They wait in
/// order until the client reads, up to a bound of bytes; what is over it is the caller's reason to
/// give the client up.
class SendQueue {
 public:
  struct Item {
    std::string header;
    Payload payload;
    /// A waiting item with the same key, if not empty, is replaced by a later one: only the newest
    /// matters to a client that is behind.
    std::string replace_key;
  };

  /// Tries to hand one item over: true when taken, false when the receiver is still full. An error
  /// means that this item can never be sent; it is dropped.
  using Send = std::function<Result<bool>(const Item&)>;

  explicit SendQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Keeps `item` for later. False when that would exceed the bound: nothing is kept then.
  [[nodiscard]] bool push(Item item);

  /// Sends what can be sent. Returns the number of items that left the queue.
  std::size_t flush(const Send& send);

  bool empty() const { return items_.empty(); }
  std::size_t count() const { return items_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::deque<Item> items_;
  std::size_t bytes_ = 0;
  std::size_t bytes_max_;
};

}  // namespace systole::ipc
