#include "lib/daemon/log_sink.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <qb/qblog.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/printable.h"
#include "lib/daemon/process_setup.h"

namespace systole::daemon {

using base::cat;

namespace {

struct NamedNumber {
  std::string_view name;
  int number;
};

constexpr NamedNumber kFacilities[] = {
    {"none", -1},           {"daemon", LOG_DAEMON},     {"user", LOG_USER},
    {"auth", LOG_AUTH},     {"authpriv", LOG_AUTHPRIV}, {"cron", LOG_CRON},
    {"syslog", LOG_SYSLOG}, {"local0", LOG_LOCAL0},     {"local1", LOG_LOCAL1},
    {"local2", LOG_LOCAL2}, {"local3", LOG_LOCAL3},     {"local4", LOG_LOCAL4},
    {"local5", LOG_LOCAL5}, {"local6", LOG_LOCAL6},     {"local7", LOG_LOCAL7}};

constexpr NamedNumber kPriorities[] = {
    {"emerg", LOG_EMERG},     {"alert", LOG_ALERT},   {"crit", LOG_CRIT}, {"error", LOG_ERR},
    {"warning", LOG_WARNING}, {"notice", LOG_NOTICE}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}};

constexpr std::size_t kNameWidth = 20;
constexpr std::int32_t kLineMax = 4096;

// The function name under which our own messages are known to libqb, whose libraries log as well:
// of those only what is wrong is of interest.
constexpr const char* kOwnMessages = "systole";

template <std::size_t N>
std::optional<int> number_of(const NamedNumber (&table)[N], std::string_view name) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const NamedNumber& row) {
    return base::equal_ignoring_case(row.name, name);
  });
  if (found == std::end(table)) return std::nullopt;
  return found->number;
}

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(base::trim(value));
}

// "yes", "no", or a list of the processes that are meant.
bool enabled_for(const char* variable_name, std::string_view process) {
  const auto value = variable(variable_name);
  if (!value) return false;
  if (const auto flag = base::parse_bool(*value)) return *flag;
  const auto names = base::split(*value, ", ");
  return std::find(names.begin(), names.end(), process) != names.end();
}

std::mutex log_mutex;

void to_libqb(base::LogLevel level, std::string_view message) {
  const std::string text = printable(message);
  const std::lock_guard lock(log_mutex);
  qb_log_from_external_source(kOwnMessages, "", "%s", static_cast<std::uint8_t>(level), 0, 0,
                              text.c_str());
}

// libqb's formats know no escape for their own sign.
std::string without_percent(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '%', '_');
  return out;
}

std::string line_format(std::string_view name) {
  std::array<char, 256> node{};
  gethostname(node.data(), node.size() - 1);
  std::string padded(name);
  padded.resize(std::max(padded.size(), kNameWidth), ' ');
  return cat("%T ", without_percent(node.data()), " ", without_percent(padded), "[", getpid(),
             "] \t%p: %b");
}

// The unprivileged daemons write the same file, so that it must be theirs from the beginning.
bool create_log_file(const LogSettings& settings) {
  const int fd = open(settings.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                      settings.file_mode);
  if (fd < 0) return false;
  if (geteuid() == 0) {
    struct stat info = {};
    const auto owner = daemon_account();
    if (owner && fstat(fd, &info) == 0 && info.st_uid != owner->uid) {
      // Some file systems refuse; root's daemons can still write then.
      [[maybe_unused]] const int changed = fchown(fd, owner->uid, owner->gid);
    }
    fchmod(fd, settings.file_mode);
  }
  close(fd);
  return true;
}

void enable(std::int32_t target, int priority, const std::string& format) {
  qb_log_ctl(target, QB_LOG_CONF_MAX_LINE_LEN, kLineMax);
  qb_log_ctl(target, QB_LOG_CONF_ELLIPSIS, QB_TRUE);
  qb_log_format_set(target, format.c_str());
  qb_log_filter_ctl(target, QB_LOG_FILTER_ADD, QB_LOG_FILTER_FUNCTION, kOwnMessages,
                    static_cast<std::uint8_t>(priority));
  const int others = priority >= LOG_DEBUG ? LOG_DEBUG : LOG_WARNING;
  qb_log_filter_ctl(target, QB_LOG_FILTER_ADD, QB_LOG_FILTER_FILE, "*",
                    static_cast<std::uint8_t>(others));
  qb_log_ctl(target, QB_LOG_CONF_ENABLED, QB_TRUE);
}

}  // namespace

LogSettings log_settings_from_environment(std::string_view name) {
  LogSettings settings;
  if (const auto file = variable("PCMK_logfile")) {
    if (base::equal_ignoring_case(*file, "none") || *file == "/dev/null") {
      settings.file.clear();
    } else if (file->front() == '/') {
      settings.file = *file;
    }
  }
  if (const auto mode = variable("PCMK_logfile_mode")) {
    char* end = nullptr;
    const unsigned long bits = std::strtoul(mode->c_str(), &end, 8);
    if (*end == '\0' && bits != 0 && bits <= 0777) settings.file_mode = static_cast<unsigned>(bits);
  }
  if (const auto facility = variable("PCMK_logfacility")) {
    settings.facility = number_of(kFacilities, *facility).value_or(settings.facility);
  }
  if (const auto priority = variable("PCMK_logpriority")) {
    settings.syslog_priority = number_of(kPriorities, *priority).value_or(settings.syslog_priority);
  }
  settings.debug = enabled_for("PCMK_debug", name);
  settings.to_stderr = enabled_for("PCMK_stderr", name);
  return settings;
}

void start_logging(std::string_view name, const LogSettings& settings) {
  // libqb keeps the pointer.
  static std::string process_name;
  process_name = name;
  const int detail = settings.debug ? LOG_DEBUG : LOG_INFO;
  qb_log_init(process_name.c_str(), settings.facility >= 0 ? settings.facility : LOG_DAEMON,
              static_cast<std::uint8_t>(settings.syslog_priority));
  qb_log_ctl(QB_LOG_SYSLOG, QB_LOG_CONF_ENABLED, settings.facility >= 0 ? QB_TRUE : QB_FALSE);
  const std::string format = line_format(name);
  if (settings.to_stderr) enable(QB_LOG_STDERR, detail, format);
  int file_error = 0;
  if (!settings.file.empty()) {
    const bool created = create_log_file(settings);
    const std::int32_t target = created ? qb_log_file_open(settings.file.c_str()) : -errno;
    if (target >= 0) {
      enable(target, detail, format);
    } else {
      file_error = -target;
    }
  }
  base::set_log_level(settings.debug ? base::LogLevel::kDebug : base::LogLevel::kInfo);
  base::set_log_sink(to_libqb);
  if (file_error != 0) {
    base::log(base::LogLevel::kWarning, "cannot log to ", settings.file, ": ",
              std::strerror(file_error), ", ignoring");
  }
}

void stop_logging() {
  base::set_log_sink(nullptr);
  const std::lock_guard lock(log_mutex);
  qb_log_fini();
}

}  // namespace systole::daemon
