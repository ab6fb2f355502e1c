#pragma once

#include <string>
#include <string_view>

#include "lib/base/strings.h"

namespace systole::base {

/// Severities, most severe first; the numbers are syslog's.
enum class LogLevel { kCritical = 2, kError = 3, kWarning = 4, kNotice = 5, kInfo = 6, kDebug = 7 };

/// Where messages go. Installed once by a process's main before threads start; nothing is printed
/// until then. Cores never log: they return what happened and their shell logs it, once.
using LogSink = void (*)(LogLevel level, std::string_view message);
void set_log_sink(LogSink sink);

/// Messages less severe than `level` are dropped before they are formatted. Default: kInfo.
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);

void log_message(LogLevel level, std::string_view message);

template <typename... Pieces>
void log(LogLevel level, const Pieces&... pieces) {
  if (log_enabled(level)) log_message(level, cat(pieces...));
}

}  // namespace systole::base
