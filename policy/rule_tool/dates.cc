#include "policy/rule_tool/dates.h"

#include <optional>

#include "lib/base/iso8601.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "policy/rule_tool/duration_text.h"
#include "policy/rule_tool/local_time.h"

namespace systole::policy::rule_tool {
namespace {

using base::Timestamp;
using cli::ExitCode;

enum DateOption {
  kNow = 1,
  kDate,
  kPeriod,
  kDuration,
  kExpected,
  kSeconds,
  kEpoch,
  kLocal,
  kOrdinal,
  kWeek,
};

constexpr cli::Option kCommands[] = {
    {kNow, "now", 'n', cli::Argument::kNone, "", "Display the current date/time"},
    {kDate, "date", 'd', cli::Argument::kRequired, "DATE",
     "Parse an ISO 8601 date/time (for example,\n'2019-09-24 00:30:00 +01:00' or '2019-040')"},
    {kPeriod, "period", 'p', cli::Argument::kRequired, "PERIOD",
     "Parse an ISO 8601 period (interval) with start\ntime (for example, '2005-040/2005-043')"},
    {kDuration, "duration", 'D', cli::Argument::kRequired, "DURATION",
     "Parse an ISO 8601 duration (for example, 'P1M')"},
    {kExpected, "expected", 'E', cli::Argument::kRequired, "TEXT",
     "Exit with error status if result does not match\nthis text. Requires: -n or -d"},
};
constexpr cli::Option kModifiers[] = {
    {kSeconds, "seconds", 's', cli::Argument::kNone, "",
     "Show result as a seconds since 0000-001 00:00:00Z"},
    {kEpoch, "epoch", 'S', cli::Argument::kNone, "",
     "Show result as a seconds since EPOCH\n(1970-001 00:00:00Z)"},
    {kLocal, "local", 'L', cli::Argument::kNone, "", "Show result as a 'local' date/time"},
    {kOrdinal, "ordinal", 'O', cli::Argument::kNone, "", "Show result as an 'ordinal' date/time"},
    {kWeek, "week", 'W', cli::Argument::kNone, "", "Show result as an 'calendar week' date/time"},
};
constexpr cli::OptionGroup kDateGroups[] = {
    {"commands", "Commands:", "Show command options", kCommands},
    {"modifiers", "Output modifiers:", "Show output modifiers", kModifiers},
};

/// Seconds from the first day of year 1, where the clients' count begins, to the epoch.
constexpr std::int64_t kSecondsBeforeEpoch = 719162 * base::kSecondsPerDay;

/// How the command line wants dates to be shown.
class Display {
 public:
  explicit Display(const cli::CommandLine& line)
      : seconds_(line.has(kSeconds)), epoch_(line.has(kEpoch)), local_(line.has(kLocal)) {
    if (line.has(kOrdinal)) form_ = base::DateForm::kOrdinal;
    if (line.has(kWeek)) form_ = base::DateForm::kWeek;
  }

  std::string text(Timestamp time) const {
    if (seconds_) return std::to_string(time.seconds + kSecondsBeforeEpoch);
    if (epoch_) return std::to_string(time.seconds);
    return base::format_timestamp({time.seconds, local_ ? time.utc_offset : 0}, form_);
  }

 private:
  bool seconds_;
  bool epoch_;
  bool local_;
  base::DateForm form_ = base::DateForm::kCalendar;
};

ExitCode refuse(cli::Output& output, std::string_view what, const std::string& text,
                const base::Error& error) {
  base::log(base::LogLevel::kError, error.message);
  output.error(base::cat("iso8601: Invalid ", what, " specified: ", text));
  return ExitCode::kInvalidParameter;
}

/// What the command line asks for, read.
struct Request {
  Timestamp now;
  std::optional<Timestamp> date;
  std::optional<base::CalendarPeriod> duration;
  std::optional<base::TimeSpan> period;
};

ExitCode read_request(const cli::CommandLine& line, Request& request, cli::Output& output) {
  request.now = local_now();
  if (line.has(kNow)) {
    request.date = request.now;
  } else if (const auto text = line.value(kDate)) {
    const auto date = base::parse_timestamp(*text, request.now);
    if (!date) return refuse(output, "date/time", *text, date.error());
    request.date = *date;
  }
  if (const auto text = line.value(kDuration)) {
    const auto duration = base::parse_period(*text);
    if (!duration) return refuse(output, "duration", *text, duration.error());
    request.duration = *duration;
  }
  if (const auto text = line.value(kPeriod)) {
    const auto period = base::parse_interval(*text, request.now);
    if (!period) return refuse(output, "interval", *text, period.error());
    request.period = *period;
  }
  return ExitCode::kOk;
}

/// Shows everything and returns the text of the last date, which can be expected.
std::string show(const cli::CommandLine& line, const Request& request, cli::Output& output) {
  const Display display(line);
  std::string result;
  if (request.date) {
    result = display.text(*request.date);
    output.line(base::cat(line.has(kNow) ? "Current date/time: " : "Date: ", result));
  }
  if (request.duration) {
    output.line(base::cat("Duration: ", duration_text(*request.duration)));
  }
  if (request.period) {
    output.line(base::cat("Period: ", display.text(request.period->start), " to ",
                          display.text(request.period->end)));
  }
  if (request.date && request.duration) {
    result = display.text(base::add(*request.date, *request.duration));
    output.line(base::cat("Duration ends at: ", result));
  }
  return result;
}

}  // namespace

const cli::Program kDatesProgram = {
    .name = "iso8601",
    .summary = "Display and parse ISO 8601 dates and times",
    .groups = kDateGroups,
    .epilogue =
        "For more information on the ISO 8601 standard, see "
        "https://en.wikipedia.org/wiki/ISO_8601",
    .formats = {},
};

ExitCode run_dates(const cli::CommandLine& line, cli::Output& output) {
  Request request;
  if (const ExitCode code = read_request(line, request, output); code != ExitCode::kOk) {
    return code;
  }
  const std::string result = show(line, request, output);
  const auto expected = line.value(kExpected);
  const bool differs = expected && request.date && *expected != result;
  return differs ? ExitCode::kError : ExitCode::kOk;
}

}  // namespace systole::policy::rule_tool
