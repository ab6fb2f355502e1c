#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "crmd/shell/plan_inputs.h"
#include "lib/xml/document.h"

namespace systole::crmd {

/// Inputs of plans that wait to be written. A file system that hangs takes none for as long as it
/// hangs, while plans go on and each input is a copy of the CIB: only the newest few are kept.
/// Any thread may call.
class SaveQueue {
 public:
  struct Input {
    InputSeries series;
    xml::Document cib;
    std::int64_t now;
  };

  explicit SaveQueue(std::size_t most) : most_(most) {}

  /// How many older ones were dropped for it.
  std::size_t add(Input input) {
    const std::lock_guard lock(mutex_);
    inputs_.push_back(std::move(input));
    std::size_t dropped = 0;
    for (; inputs_.size() > most_; ++dropped) inputs_.pop_front();
    return dropped;
  }

  /// The oldest one, which then waits no more.
  std::optional<Input> take() {
    const std::lock_guard lock(mutex_);
    if (inputs_.empty()) return std::nullopt;
    std::optional<Input> oldest(std::move(inputs_.front()));
    inputs_.pop_front();
    return oldest;
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::deque<Input> inputs_;  // guarded by mutex_
};

}  // namespace systole::crmd
