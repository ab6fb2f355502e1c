#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crmd/core/alert_event.h"
#include "lib/client/executor_message.h"
#include "lib/xml/element.h"

/// Which alert agents are to be run for an event, and what they get to see. Pure: all that counts
/// is in the arguments.
namespace systole::crmd {

/// When an alert is sent.
struct AlertTime {
  std::int64_t seconds = 0;  ///< since the epoch
  std::int32_t microseconds = 0;
  std::int32_t utc_offset = 0;  ///< of local time, seconds east
  std::string zone{};           ///< its abbreviation
};
AlertTime alert_time_now();

/// `format` as date(1) understands it, in the names of the C locale. %N are fractions of a second
/// in as many digits as a number before it says, at most six.
std::string format_alert_time(const AlertTime& time, const std::string& format);

/// The runs that the `alerts` of a CIB ask for: one for each recipient, or one for an alert without
/// any; the last of the configuration first, as Pacemaker 2.1.5 has them.
std::vector<client::AlertRequest> alert_calls(xml::Element cib, const AlertEvent& event,
                                              const AlertTime& time);

}  // namespace systole::crmd
