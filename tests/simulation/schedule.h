#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace systole::simulation {

using Microseconds = std::chrono::microseconds;

/// Virtual time: what is to happen when. Things at one instant happen in the order in which they
/// were planned.
class Schedule {
 public:
  Microseconds now() const { return now_; }

  void after(Microseconds delay, std::function<void()> what) {
    queue_.emplace(std::make_pair(now_ + delay, ++count_), std::move(what));
  }

  /// Does the next thing, if there is one until `end`.
  bool run_next(Microseconds end) {
    const auto first = queue_.begin();
    if (first == queue_.end() || first->first.first > end) {
      now_ = end;
      return false;
    }
    now_ = first->first.first;
    const std::function<void()> what = std::move(first->second);
    queue_.erase(first);
    what();
    return true;
  }

 private:
  Microseconds now_{};
  std::uint64_t count_ = 0;
  std::map<std::pair<Microseconds, std::uint64_t>, std::function<void()>> queue_;
};

}  // namespace systole::simulation
