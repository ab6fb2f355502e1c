#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace systole::crmd {

/// A thread that does jobs one after the other, for what would block or busy the event loop. It
/// sleeps while there is nothing to do.
class Worker {
 public:
  using Job = std::function<void()>;

  Worker();
  /// Waits for the jobs that were submitted.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Any thread may call.
  void submit(Job job);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::thread thread_;  ///< last: it uses the others
};

}  // namespace systole::crmd
