#include "lib/process/descriptor_limit.h"

#include <cerrno>
#include <cstring>

#include "lib/base/log.h"

namespace systole::process {

namespace {
std::optional<rlimit> before_raise;
}  // namespace

void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  const rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) != 0) {
    base::log(base::LogLevel::kWarning, "cannot raise the limit of descriptors above ",
              limit.rlim_cur, ": ", std::strerror(errno), ", ignoring");
    return;
  }
  before_raise = limit;
}

std::optional<rlimit> raised_descriptor_limit() {
  return before_raise;
}

}  // namespace systole::process
