#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "lib/xml/element.h"

namespace systole::cib {

/// The version triple of a CIB, most significant first. `admin_epoch` belongs to people, `epoch`
/// counts changes of the configuration, `num_updates` all others since.
struct Version {
  int admin_epoch = 0;
  int epoch = 0;
  int num_updates = 0;
  auto operator<=>(const Version&) const = default;  // NOLINT(modernize-use-nullptr): no pointer
};

/// Reads the three attributes; one that is missing or no number counts as `fallback`.
Version read_version(xml::Element element, int fallback = 0);

/// Sets the three attributes.
void write_version(xml::Element element, const Version& version);

/// "admin_epoch.epoch.num_updates"
std::string to_string(const Version& version);

/// The counter after `counter`, which stays at the largest number rather than wrap around.
int successor(int counter);

/// The feature set that this version of Systole writes and understands.
inline constexpr std::string_view kFeatureSet = "3.16.1";
/// The newest schema, which a new CIB uses.
inline constexpr std::string_view kNewestSchema = "pacemaker-3.9";

/// Orders feature sets and dotted versions by their numbers: "3.2.0" < "3.16.1".
std::strong_ordering compare_dotted(std::string_view a, std::string_view b);

}  // namespace systole::cib
