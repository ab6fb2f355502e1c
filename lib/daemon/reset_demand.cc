#include "lib/daemon/reset_demand.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "lib/base/strings.h"

namespace systole::daemon {
namespace {

constexpr std::size_t kReasonMax = 512;

std::string path_in(const std::string& folder) {
  return base::cat(folder, "/", kResetDemandName);
}

}  // namespace

base::Result<void> demand_reset(const std::string& folder, std::string_view reason) {
  const std::string path = path_in(folder);
  const std::string draft = base::cat(path, ".", getpid());
  const auto failed = [&draft] {
    return base::Error{base::Errc::kIo, base::cat("cannot demand a reset of this node in ", draft,
                                                  ": ", std::strerror(errno))};
  };
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return failed();
  // The file counts; a reason that is cut short does not matter.
  reason = reason.substr(0, kReasonMax);
  [[maybe_unused]] const auto written = write(fd, reason.data(), reason.size());
  close(fd);
  if (std::rename(draft.c_str(), path.c_str()) != 0) return failed();
  return {};
}

std::optional<std::string> take_reset_demand(const std::string& folder) {
  const std::string path = path_in(folder);
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::array<char, kReasonMax> reason;
  const auto size = read(fd, reason.data(), reason.size());
  close(fd);
  unlink(path.c_str());
  return std::string(reason.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
}

}  // namespace systole::daemon
