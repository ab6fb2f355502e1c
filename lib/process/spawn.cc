#include "lib/process/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/process/descriptor_limit.h"

namespace systole::process {
namespace {

using base::Errc;

constexpr std::size_t kStackBytes = 64 * 1024;
constexpr int kFirstFree = 4;  // Descriptors 0 to 3 are set; sources must not be among them.

/// Everything the child needs, prepared before it exists: between the clone and the execution it
/// runs in our memory and may neither allocate nor lock.
struct Launch {
  const char* path;
  char* const* argv;
  char* const* environment;
  const char* directory;
  std::array<int, 4> sources;
  mode_t umask;
  bool new_session;
  bool change_user;
  uid_t uid;
  gid_t gid;
  bool limit_descriptors;
  rlimit descriptors;
  int error;
};

void default_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The C library's wrappers of these change all threads, which here would be ours as well.
bool become(const Launch& launch) {
  return syscall(SYS_setgroups, 1, &launch.gid) == 0 && syscall(SYS_setgid, launch.gid) == 0 &&
         syscall(SYS_setuid, launch.uid) == 0;
}

__attribute__((no_sanitize("address", "undefined"))) int child_main(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  if (launch.new_session) {
    setsid();
  } else {
    setpgid(0, 0);
  }
  default_signals();
  int last = -1;
  for (int number = 0; number < 4; ++number) {
    if (launch.sources[number] < 0) continue;
    dup2(launch.sources[number], number);
    last = number;
  }
  syscall(SYS_close_range, static_cast<unsigned>(last + 1), ~0U, CLOSE_RANGE_CLOEXEC);
  ::umask(launch.umask);
  if (launch.limit_descriptors) setrlimit(RLIMIT_NOFILE, &launch.descriptors);
  if (chdir(launch.directory) != 0 && chdir("/") != 0) launch.error = errno;
  if (launch.error == 0 && launch.change_user && !become(launch)) launch.error = errno;
  if (launch.error == 0) {
    execve(launch.path, launch.argv, launch.environment);
    launch.error = errno;
  }
  _exit(127);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

base::Error exec_error(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {Errc::kNoSuchFile,
              base::cat("cannot run ", path, ": it or its interpreter does not exist")};
    case EACCES:
    case EPERM:
      return {Errc::kPermission, base::cat("cannot run ", path, ": ", strerror(error))};
    case E2BIG:
      return {Errc::kTooLarge,
              base::cat("cannot run ", path, ": its arguments and environment are too long")};
    case ENOEXEC:
      return {Errc::kInvalidArgument, base::cat("cannot run ", path, ": it is no program")};
    case EAGAIN:
    case ENOMEM:
      return {Errc::kBusy, base::cat("cannot run ", path, ": ", strerror(error))};
    default:
      return {Errc::kIo, base::cat("cannot run ", path, ": ", strerror(error))};
  }
}

/// Copies of the descriptors above those that the child will overwrite.
base::Result<void> lift(const Descriptors& descriptors, std::array<UniqueFd, 4>& lifted) {
  const std::array sources{descriptors.in, descriptors.out, descriptors.err, descriptors.extra};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i] < 0) continue;
    lifted[i] = UniqueFd(fcntl(sources[i], F_DUPFD_CLOEXEC, kFirstFree));
    if (!lifted[i]) return {Errc::kBusy, base::cat("no free descriptor: ", strerror(errno))};
  }
  return {};
}

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

base::Result<Spawned> spawn(const Command& command, const Descriptors& descriptors) {
  if (command.argv.empty()) return {Errc::kInvalidArgument, "a command without a program"};
  std::array<UniqueFd, 4> lifted;
  if (base::Result<void> done = lift(descriptors, lifted); !done) return done.error();
  const std::vector<char*> argv = pointers(command.argv);
  const std::vector<char*> environment = pointers(command.environment);
  const std::optional<rlimit> limit = raised_descriptor_limit();
  Launch launch{.path = command.argv[0].c_str(),
                .argv = argv.data(),
                .environment = environment.data(),
                .directory = command.directory.c_str(),
                .sources = {lifted[0].get(), lifted[1].get(), lifted[2].get(), lifted[3].get()},
                .umask = command.umask,
                .new_session = command.leads == Leads::kSession,
                .change_user = command.user.has_value(),
                .uid = command.user ? command.user->uid : 0,
                .gid = command.user ? command.user->gid : 0,
                .limit_descriptors = limit.has_value(),
                .descriptors = limit.value_or(rlimit{}),
                .error = 0};
  void* stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return exec_error(command.argv[0], errno);
  int pidfd = -1;
  pid_t pid = -1;
  int clone_error = 0;
  {
    // A handler of ours that ran in the child before the execution would change our own memory.
    const SignalsBlocked blocked;
    pid = clone(child_main, static_cast<char*>(stack) + kStackBytes,
                CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &launch, &pidfd);
    clone_error = errno;
  }
  munmap(stack, kStackBytes);
  if (pid < 0) return exec_error(command.argv[0], clone_error);
  Spawned spawned{.pid = pid, .pidfd = UniqueFd(pidfd)};
  if (launch.error != 0) {
    waitpid(pid, nullptr, 0);
    return exec_error(command.argv[0], launch.error);
  }
  return spawned;
}

base::Result<UniqueFd> open_input(const std::string& input) {
  if (input.empty()) {
    UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null) return {Errc::kIo, base::cat("cannot open /dev/null: ", strerror(errno))};
    return null;
  }
  // A file in memory needs no writer that waits for the program to read, as a pipe would.
  UniqueFd file(memfd_create("input", MFD_CLOEXEC));
  if (!file) return {Errc::kIo, base::cat("cannot hold a program's input: ", strerror(errno))};
  for (std::size_t done = 0; done < input.size();) {
    const ssize_t wrote = write(file.get(), input.data() + done, input.size() - done);
    if (wrote < 0)
      return {Errc::kIo, base::cat("cannot hold a program's input: ", strerror(errno))};
    done += static_cast<std::size_t>(wrote);
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) return {Errc::kIo, "cannot rewind a program's input"};
  return file;
}

}  // namespace systole::process
