#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "lib/base/result.h"
#include "lib/process/unique_fd.h"

namespace systole::supervisor {

/// Waits for a daemon's demand that this node be reset (lib/daemon/reset_demand.h), in a thread
/// that depends on nothing else: the supervisor's loop may stand still in a log message that goes
/// to a disk which is gone.
class ResetGuard {
 public:
  /// Called in the guard's thread, with the reason.
  using Reset = std::function<void(std::string_view)>;

  /// Watches `folder`; a demand that lies there already counts, since nobody met it. Keeps what the
  /// process has of its program in memory where it may. Errors say what cannot be watched.
  static base::Result<std::unique_ptr<ResetGuard>> start(const std::string& folder, Reset reset);
  ~ResetGuard();
  ResetGuard(const ResetGuard&) = delete;
  ResetGuard& operator=(const ResetGuard&) = delete;

 private:
  ResetGuard(std::string folder, Reset reset, process::UniqueFd changes, process::UniqueFd ending);
  void run();

  std::string folder_;
  Reset reset_;
  process::UniqueFd changes_;  ///< inotify on the folder
  process::UniqueFd ending_;
  std::thread thread_;  ///< last: it uses the others
};

}  // namespace systole::supervisor
