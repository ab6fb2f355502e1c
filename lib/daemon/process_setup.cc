#include "lib/daemon/process_setup.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/log_sink.h"

namespace systole::daemon {

using base::cat;
using base::Errc;
using base::Error;
using base::Result;

namespace {

constexpr const char* kUser = "hacluster";
constexpr const char* kGroup = "haclient";
constexpr const char* kCoreFolder = "/var/lib/pacemaker/cores";

Error setup_error(std::string_view what) {
  return {errno == EPERM || errno == EACCES ? Errc::kPermission : Errc::kIo,
          cat(what, ": ", std::strerror(errno))};
}

// A descriptor below 3 that is closed would be reused for a socket, and then somebody prints to it.
void fill_standard_descriptors() {
  int fd = 0;
  do {
    fd = open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) close(fd);
}

// What nobody caught ends the process; standard error leads nowhere, so the log has to say it.
[[noreturn]] void terminated() {
  const std::exception_ptr thrown = std::current_exception();
  try {
    if (thrown) std::rethrow_exception(thrown);
    base::log(base::LogLevel::kCritical, "ended by std::terminate");
  } catch (const std::exception& error) {
    base::log(base::LogLevel::kCritical, "ended by an exception: ", error.what());
  } catch (...) {
    base::log(base::LogLevel::kCritical, "ended by an exception of an unknown type");
  }
  std::abort();
}

}  // namespace

std::optional<Account> daemon_account() {
  static const std::optional<Account> account = []() -> std::optional<Account> {
    std::vector<char> buffer(16384);
    passwd user = {};
    passwd* user_found = nullptr;
    getpwnam_r(kUser, &user, buffer.data(), buffer.size(), &user_found);
    if (user_found == nullptr) return std::nullopt;
    const Account with_own_group = {.uid = user_found->pw_uid, .gid = user_found->pw_gid};
    group daemons = {};
    group* group_found = nullptr;
    getgrnam_r(kGroup, &daemons, buffer.data(), buffer.size(), &group_found);
    if (group_found == nullptr) return std::nullopt;
    return Account{.uid = with_own_group.uid, .gid = group_found->gr_gid};
  }();
  return account;
}

void set_up_process(std::string_view name) {
  fill_standard_descriptors();
  setenv("LC_ALL", "C", 1);
  setlocale(LC_ALL, "C");
  umask(S_IWGRP | S_IWOTH | S_IROTH | S_IXOTH);
  signal(SIGPIPE, SIG_IGN);
  start_logging(name, log_settings_from_environment(name));
  std::set_terminate(terminated);
  if (chdir(kCoreFolder) != 0) {
    base::log(base::LogLevel::kDebug, "no folder ", kCoreFolder, " for core dumps, ignoring");
  }
}

Result<void> make_daemon_folder(const std::string& path, mode_t mode) {
  const auto account = daemon_account();
  if (!account) return Error{Errc::kNotFound, cat("no user ", kUser, " or no group ", kGroup)};
  if (mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return setup_error(cat("cannot create folder ", path));
  }
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return setup_error(cat("cannot open folder ", path));
  const bool done = fchown(fd, account->uid, account->gid) == 0 && fchmod(fd, mode) == 0;
  const int code = errno;
  close(fd);
  errno = code;
  if (!done) return setup_error(cat("cannot give folder ", path, " to ", kUser));
  return {};
}

Result<void> become_daemon_user() {
  const auto account = daemon_account();
  if (!account) return Error{Errc::kNotFound, cat("no user ", kUser, " or no group ", kGroup)};
  if (geteuid() == account->uid) return {};
  if (setgroups(1, &account->gid) != 0 ||
      setresgid(account->gid, account->gid, account->gid) != 0 ||
      setresuid(account->uid, account->uid, account->uid) != 0) {
    return setup_error(cat("cannot become user ", kUser));
  }
  // Changing the user turned core dumps off.
  prctl(PR_SET_DUMPABLE, 1);
  return {};
}

}  // namespace systole::daemon
