#pragma once

#include <string>
#include <string_view>

namespace systole::daemon {

/// Where a daemon logs, as its environment says (PCMK_logfile, PCMK_logfile_mode, PCMK_logfacility,
/// PCMK_logpriority, PCMK_debug, PCMK_stderr).
struct LogSettings {
  std::string file = "/var/log/pacemaker/pacemaker.log";  ///< empty: no file
  unsigned file_mode = 0660;
  int facility = 3 << 3;    ///< syslog's number (LOG_DAEMON); negative: no syslog
  int syslog_priority = 5;  ///< syslog's number; what is less severe goes to the file only
  bool debug = false;
  bool to_stderr = false;
};

/// The settings of the process called `name`. Values that mean nothing count as not set.
LogSettings log_settings_from_environment(std::string_view name);

/// Sends lib/base/log.h to syslog and the log file through libqb, one line a message:
///
///   Nov 21 12:47:41.860 node1 pacemakerd          [28] 	notice: message
///
/// The file is created for hacluster:haclient if it is missing. A file that cannot be opened is
/// reported through syslog and standard error, and the rest goes on. May be called once a process;
/// messages may come from any thread afterwards.
void start_logging(std::string_view name, const LogSettings& settings);

/// Stops libqb's logging; what follows is dropped.
void stop_logging();

}  // namespace systole::daemon
