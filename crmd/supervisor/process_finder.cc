#include "crmd/supervisor/process_finder.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "lib/base/strings.h"

namespace systole::supervisor {

namespace {

bool same_network(pid_t pid) {
  struct stat own = {};
  struct stat other = {};
  if (stat("/proc/self/ns/net", &own) != 0) return false;
  if (stat(base::cat("/proc/", pid, "/ns/net").c_str(), &other) != 0) return false;
  return own.st_ino == other.st_ino && own.st_dev == other.st_dev;
}

bool belongs_to(pid_t pid, uid_t uid) {
  struct stat info = {};
  return stat(base::cat("/proc/", pid).c_str(), &info) == 0 && info.st_uid == uid;
}

// Whoever may run programs can give them any argv[0].
bool runs(pid_t pid, const std::string& path) {
  std::error_code error;
  const std::string program = program_of(pid);
  return !program.empty() && program == std::filesystem::weakly_canonical(path, error);
}

}  // namespace

std::string program_of(pid_t pid) {
  std::error_code error;
  std::string program = std::filesystem::read_symlink(base::cat("/proc/", pid, "/exe"), error);
  constexpr std::string_view kDeleted = " (deleted)";
  if (program.ends_with(kDeleted)) program.resize(program.size() - kDeleted.size());
  return program;
}

bool is_process(pid_t pid, const std::string& path, uid_t uid) {
  // A zombie's is empty.
  std::ifstream file(base::cat("/proc/", pid, "/cmdline"));
  std::string first;
  std::getline(file, first, '\0');
  return first == path && belongs_to(pid, uid) && runs(pid, path) && same_network(pid);
}

std::optional<pid_t> find_process(const std::string& path, uid_t uid) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto pid = base::parse_integer<pid_t>(entry.path().filename().native());
    if (pid && is_process(*pid, path, uid)) return pid;
  }
  return std::nullopt;
}

}  // namespace systole::supervisor
