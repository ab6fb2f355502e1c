#include "lib/base/log.h"

#include <atomic>

namespace systole::base {
namespace {

std::atomic<LogSink> current_sink{nullptr};
std::atomic<LogLevel> current_level{LogLevel::kInfo};

}  // namespace

void set_log_sink(LogSink sink) {
  current_sink = sink;
}

void set_log_level(LogLevel level) {
  current_level = level;
}

bool log_enabled(LogLevel level) {
  return current_sink.load() != nullptr && level <= current_level.load();
}

void log_message(LogLevel level, std::string_view message) {
  if (const LogSink sink = current_sink.load()) sink(level, message);
}

}  // namespace systole::base
