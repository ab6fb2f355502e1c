#include "lib/cib/version.h"

#include <limits>

#include "lib/base/strings.h"

namespace systole::cib {
namespace {

constexpr std::string_view kAdminEpoch = "admin_epoch";
constexpr std::string_view kEpoch = "epoch";
constexpr std::string_view kNumUpdates = "num_updates";

int read_number(xml::Element element, std::string_view name, int fallback) {
  const auto text = element.attribute(name);
  return text ? base::parse_integer<int>(*text).value_or(fallback) : fallback;
}

}  // namespace

Version read_version(xml::Element element, int fallback) {
  return Version{.admin_epoch = read_number(element, kAdminEpoch, fallback),
                 .epoch = read_number(element, kEpoch, fallback),
                 .num_updates = read_number(element, kNumUpdates, fallback)};
}

void write_version(xml::Element element, const Version& version) {
  element.set_attribute(kAdminEpoch, version.admin_epoch);
  element.set_attribute(kEpoch, version.epoch);
  element.set_attribute(kNumUpdates, version.num_updates);
}

std::string to_string(const Version& version) {
  return base::cat(version.admin_epoch, '.', version.epoch, '.', version.num_updates);
}

int successor(int counter) {
  return counter == std::numeric_limits<int>::max() ? counter : counter + 1;
}

std::strong_ordering compare_dotted(std::string_view a, std::string_view b) {
  const auto left = base::split(a, ".");
  const auto right = base::split(b, ".");
  for (std::size_t i = 0; i < left.size() || i < right.size(); ++i) {
    const int x = i < left.size() ? base::parse_integer<int>(left[i]).value_or(0) : 0;
    const int y = i < right.size() ? base::parse_integer<int>(right[i]).value_or(0) : 0;
    if (x != y) return x <=> y;
  }
  return std::strong_ordering::equal;
}

}  // namespace systole::cib
