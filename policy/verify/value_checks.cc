#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

constexpr std::array<std::string_view, 6> kRoles = {"Stopped",    "Started",  "Slave",
                                                    "Unpromoted", "Promoted", "Master"};

}  // namespace

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::any_of(words.begin(), words.end(), [word](std::string_view known) {
    return base::equal_ignoring_case(known, word);
  });
}

void check_count(const Subject& subject, std::string_view text, std::int64_t minimum) {
  const auto remark = [&](const auto&... pieces) {
    subject.problems.remark(Problem::Severity::kWarning, pieces...);
  };
  const auto number = model::leading_integer(text);
  if (!number) {
    remark("Could not parse integer from '", text, "' (using ", minimum,
           " instead): No digits found");
    remark("Characters left over after parsing '", text, "': '", text, "'");
  } else if (*number < minimum) {
    remark("Clipped '", text, "' to minimum acceptable value ", minimum);
  }
}

void check_number(const Subject& subject, std::string_view text) {
  std::string_view rest = base::trim(text);
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto remark = [&](const auto&... pieces) {
    subject.problems.remark(Problem::Severity::kWarning, pieces...);
  };
  if (digits == 0) {
    remark("Could not parse integer from '", text, "' (using 0 instead): No digits found");
    remark("Characters left over after parsing '", text, "': '", text, "'");
  } else if (digits < rest.size()) {
    remark("Characters left over after parsing '", text, "': '", rest.substr(digits), "'");
  }
}

void check_score(const Subject& subject, std::string_view text) {
  constexpr std::array<std::string_view, 6> kWords = {"INFINITY", "+INFINITY", "-INFINITY",
                                                      "red",      "yellow",    "green"};
  if (!is_one_of(kWords, text)) check_number(subject, text);
}

void check_interval(const Subject& subject, std::string_view text) {
  if (model::read_interval_ms(text)) return;
  subject.problems.remark(Problem::Severity::kWarning, "Using 0 instead of '", text, "'");
}

bool check_role(const Subject& subject, std::string_view text) {
  const bool known = is_one_of(kRoles, text);
  if (!known) {
    subject.problems.remark(Problem::Severity::kError, "Unknown role: ", text);
  }
  return known;
}

}  // namespace systole::policy::verify
