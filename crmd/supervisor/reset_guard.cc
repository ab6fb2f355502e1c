#include "crmd/supervisor/reset_guard.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/reset_demand.h"

namespace systole::supervisor {
namespace {

base::Error failure(std::string_view what, const std::string& folder) {
  return {base::Errc::kIo, base::cat("cannot ", what, " ", folder, ": ", std::strerror(errno))};
}

void lock_program() {
  // Pages that lie on the disk that is gone could never be had when they are needed.
  if (mlockall(MCL_CURRENT) != 0) {
    base::log(base::LogLevel::kInfo,
              "cannot keep the supervisor in memory: ", std::strerror(errno));
  }
}

/// What the thread uses later stays as well, without the rest of its stack being filled in.
void lock_growth() {
  [[maybe_unused]] const int result = mlockall(MCL_CURRENT | MCL_ONFAULT);
}

}  // namespace

base::Result<std::unique_ptr<ResetGuard>> ResetGuard::start(const std::string& folder,
                                                            Reset reset) {
  process::UniqueFd changes(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!changes || inotify_add_watch(changes.get(), folder.c_str(), IN_MOVED_TO) < 0) {
    return failure("watch", folder);
  }
  process::UniqueFd ending(eventfd(0, EFD_CLOEXEC));
  if (!ending) return failure("guard", folder);
  lock_program();
  // The supervisor's signals are for its loop.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::unique_ptr<ResetGuard> guard(
      new ResetGuard(folder, std::move(reset), std::move(changes), std::move(ending)));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  lock_growth();
  return guard;
}

ResetGuard::ResetGuard(std::string folder, Reset reset, process::UniqueFd changes,
                       process::UniqueFd ending)
    : folder_(std::move(folder)),
      reset_(std::move(reset)),
      changes_(std::move(changes)),
      ending_(std::move(ending)),
      thread_([this] { run(); }) {}

ResetGuard::~ResetGuard() {
  eventfd_write(ending_.get(), 1);
  thread_.join();
}

void ResetGuard::run() {
  std::array<pollfd, 2> watched = {pollfd{changes_.get(), POLLIN, 0},
                                   pollfd{ending_.get(), POLLIN, 0}};
  while (true) {
    if (const auto reason = daemon::take_reset_demand(folder_)) reset_(*reason);
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[1].revents != 0) return;
    alignas(inotify_event) std::array<char, 4096> news;
    while (read(changes_.get(), news.data(), news.size()) > 0) {
    }
  }
}

}  // namespace systole::supervisor
