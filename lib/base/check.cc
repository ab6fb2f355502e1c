#include "lib/base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::base {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expression);
  // A daemon's standard error goes nowhere. The log may break an invariant of its own.
  static std::atomic<bool> failed = false;
  if (!failed.exchange(true)) {
    log_message(LogLevel::kCritical, cat(file, ":", line, ": broken invariant: ", expression));
  }
  std::abort();
}

}  // namespace systole::base
