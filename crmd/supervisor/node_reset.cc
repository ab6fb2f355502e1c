#include "crmd/supervisor/node_reset.h"

#include <fcntl.h>
#include <linux/reboot.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "lib/base/strings.h"

namespace systole::supervisor {

namespace {

// The kernel's fixed inode number of the first PID namespace (PROC_PID_INIT_INO).
constexpr ino_t kInitialPidNamespace = 0xEFFFFFFC;

struct ActionName {
  std::string_view name;
  PanicAction action;
};
constexpr ActionName kActions[] = {{"reboot", PanicAction::kReboot},
                                   {"crash", PanicAction::kCrash},
                                   {"sync-reboot", PanicAction::kSyncReboot},
                                   {"sync-crash", PanicAction::kSyncCrash}};

bool owns_the_kernel() {
  struct stat info = {};
  return stat("/proc/self/ns/pid", &info) == 0 && info.st_ino == kInitialPidNamespace;
}

void write_to(const char* path, std::string_view text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = write(fd, text.data(), text.size());
  close(fd);
}

}  // namespace

PanicAction panic_action_from_environment() {
  const char* text = std::getenv("PCMK_panic_action");
  if (text == nullptr) return PanicAction::kReboot;
  for (const ActionName& row : kActions) {
    if (base::equal_ignoring_case(row.name, base::trim(text))) return row.action;
  }
  return PanicAction::kReboot;
}

void reset_node(PanicAction action, std::string_view reason) {
  constexpr std::string_view kCritical = "<2>";
  write_to("/dev/kmsg", base::cat(kCritical, "pacemakerd: resetting this node: ", reason, "\n"));
  if (action == PanicAction::kSyncReboot || action == PanicAction::kSyncCrash) sync();
  if (owns_the_kernel()) {
    const bool crash = action == PanicAction::kCrash || action == PanicAction::kSyncCrash;
    write_to("/proc/sysrq-trigger", crash ? "c" : "b");
  }
  // In a PID namespace this kills its first process, and all others with it (pid_namespaces(7)).
  reboot(RB_AUTOBOOT);
}

}  // namespace systole::supervisor
