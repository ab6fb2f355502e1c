#include "lib/ocf/answer.h"

#include <array>

#include "lib/base/strings.h"
#include "lib/ocf/environment.h"
#include "lib/xml/clean_text.h"

namespace systole::ocf {
namespace {

using model::ExitCode;

constexpr std::size_t kReasonBytes = 1024;
constexpr std::size_t kOutputBytes = 8 * 1024;

struct StatusRow {
  int lsb;
  ExitCode meaning;
};
constexpr std::array kStatusRows = {
    StatusRow{0, ExitCode::kOk},
    StatusRow{1, ExitCode::kNotRunning},
    StatusRow{2, ExitCode::kNotRunning},
    StatusRow{3, ExitCode::kNotRunning},
    StatusRow{4, ExitCode::kGenericError},
    StatusRow{150, ExitCode::kNotInstalled},
    StatusRow{151, ExitCode::kInsufficientPrivilege},
};
constexpr int kLastCommonCode = 7;

/// Not in the middle of a character: continuation bytes of UTF-8 are 10xxxxxx.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

std::string bounded(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  const std::size_t head = character_start(text, bytes / 2);
  const std::size_t tail = character_start(text, text.size() - bytes / 2);
  return base::cat(text.substr(0, head), "\n[", tail - head, " bytes left out]\n",
                   text.substr(tail));
}

std::string_view without_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

}  // namespace

ExitCode lsb_answer(std::string_view action, int exit_code) {
  if (lsb_action(action) == "status") {
    for (const StatusRow& row : kStatusRows) {
      if (row.lsb == exit_code) return row.meaning;
    }
    return ExitCode::kGenericError;
  }
  if (exit_code < 0 || exit_code > kLastCommonCode) return ExitCode::kGenericError;
  return static_cast<ExitCode>(exit_code);
}

std::string_view lsb_action(std::string_view action) {
  return action == "monitor" ? "status" : action;
}

std::string exit_reason(std::string_view standard_error) {
  std::string_view reason;
  for (const std::string_view line : base::split(standard_error, "\n")) {
    const std::size_t at = line.find(kExitReasonPrefix);
    if (at != std::string_view::npos) reason = line.substr(at + kExitReasonPrefix.size());
  }
  return bounded(xml::clean_text(base::trim(reason)), kReasonBytes);
}

std::string printable_output(std::string_view standard_output, std::string_view standard_error) {
  const std::string_view errors = without_end(standard_error);
  return bounded(xml::clean_text(errors.empty() ? without_end(standard_output) : errors),
                 kOutputBytes);
}

}  // namespace systole::ocf
