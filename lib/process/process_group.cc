#include "lib/process/process_group.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/strings.h"
#include "lib/process/unique_fd.h"

namespace systole::process {
namespace {

struct Stat {
  Survivor process;
  pid_t group = 0;
  pid_t session = 0;
};

/// proc(5): "pid (name) state ppid pgrp session ..."; the name may contain blanks and parentheses.
std::optional<Stat> parse_stat(pid_t pid, std::string_view text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  const auto fields = base::split(text.substr(close + 1), " \n");
  if (fields.size() < 4) return std::nullopt;
  const auto group = base::parse_integer<pid_t>(fields[2]);
  const auto session = base::parse_integer<pid_t>(fields[3]);
  if (!group || !session) return std::nullopt;
  return Stat{.process = {.pid = pid,
                          .name = std::string(text.substr(open + 1, close - open - 1)),
                          .state = fields[0][0]},
              .group = *group,
              .session = *session};
}

std::optional<Stat> read_stat(pid_t pid) {
  const UniqueFd file(open(base::cat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  char buffer[1024];
  const ssize_t size = read(file.get(), buffer, sizeof buffer);
  if (size <= 0) return std::nullopt;
  return parse_stat(pid, std::string_view(buffer, static_cast<std::size_t>(size)));
}

template <typename Wanted>
std::vector<Survivor> live_processes(const Wanted& wanted) {
  std::vector<Survivor> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), &closedir);
  if (!folder) return found;
  while (const dirent* entry = readdir(folder.get())) {
    const auto pid = base::parse_integer<pid_t>(entry->d_name);
    if (!pid) continue;
    const std::optional<Stat> stat = read_stat(*pid);
    if (!stat || stat->process.state == 'Z' || stat->process.state == 'X') continue;
    if (wanted(*stat)) found.push_back(stat->process);
  }
  return found;
}

}  // namespace

std::vector<Survivor> group_members(pid_t group) {
  return live_processes([group](const Stat& stat) { return stat.group == group; });
}

std::vector<Survivor> session_members(pid_t session) {
  return live_processes([session](const Stat& stat) { return stat.session == session; });
}

}  // namespace systole::process
