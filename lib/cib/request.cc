#include "lib/cib/request.h"

#include <array>
#include <cstdio>

namespace systole::cib {
namespace {

struct Row {
  Operation operation;
  std::string_view name;
  bool modifies;
};

constexpr std::array kOperations = {
    Row{Operation::kQuery, "cib_query", false},
    Row{Operation::kCreate, "cib_create", true},
    Row{Operation::kModify, "cib_modify", true},
    Row{Operation::kReplace, "cib_replace", true},
    Row{Operation::kDelete, "cib_delete", true},
    Row{Operation::kDeleteAlt, "cib_delete_alt", true},
    Row{Operation::kErase, "cib_erase", true},
    Row{Operation::kBump, "cib_bump", true},
    Row{Operation::kUpgrade, "cib_upgrade", true},
    Row{Operation::kApplyDiff, "cib_apply_diff", true},
};

const Row& row(Operation operation) {
  const Row& found = kOperations[static_cast<std::size_t>(operation)];
  CHECK(found.operation == operation);
  return found;
}

constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// Sakamoto's method; 0 is Sunday.
int weekday(int year, int month, int day) {
  constexpr std::array<int, 12> kOffsets = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  if (month < 3) --year;
  return (year + year / 4 - year / 100 + year / 400 +
          kOffsets[static_cast<std::size_t>(month - 1)] + day) %
         7;
}

}  // namespace

std::string_view wire_name(Operation operation) {
  return row(operation).name;
}

std::optional<Operation> operation_named(std::string_view wire_name) {
  for (const Row& candidate : kOperations) {
    if (candidate.name == wire_name) return candidate.operation;
  }
  return std::nullopt;
}

bool modifies(Operation operation) {
  return row(operation).modifies;
}

std::string format_written(const LocalTime& time) {
  CHECK(time.month >= 1 && time.month <= 12 && time.year > 0);
  char text[64];
  std::snprintf(text, sizeof text, "%s %s %2d %02d:%02d:%02d %d",
                kWeekdays[static_cast<std::size_t>(weekday(time.year, time.month, time.day))],
                kMonths[static_cast<std::size_t>(time.month - 1)], time.day, time.hour, time.minute,
                time.second, time.year);
  return text;
}

}  // namespace systole::cib
