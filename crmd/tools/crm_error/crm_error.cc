#include "crmd/tools/crm_error/crm_error.h"

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/strings.h"

namespace systole::crmd::crm_error {
namespace {

using cli::Argument;
using cli::CodeName;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;

enum OptionId { kName = 1, kList, kExit, kReturnCode };

constexpr std::array kOptions = {
    Option{kName, "name", 'n', Argument::kNone, "", "Show the error's name with its description"},
    Option{kList, "list", 'l', Argument::kNone, "",
           "Show all known errors (the default without a number)"},
    Option{kExit, "exit", 'X', Argument::kNone, "",
           "Take the number for an exit code rather than a legacy return value"},
    Option{kReturnCode, "rc", 'r', Argument::kNone, "",
           "Take the number for a return code rather than a legacy return value"},
};
constexpr std::array kGroups = {cli::OptionGroup{"", "", "", kOptions}};

enum class Scheme { kLegacy, kReturnCode, kExit };

struct Entry {
  int code;
  std::string name;
  std::string text;
};

constexpr int kLastErrno = 133;

/// An errno of this system; nothing for a number that is none.
std::optional<Entry> errno_entry(int number) {
  const char* name = ::strerrorname_np(number);
  const char* text = ::strerrordesc_np(number);
  if (name == nullptr || text == nullptr) return std::nullopt;
  return Entry{number, name, text};
}

std::vector<Entry> all_entries(Scheme scheme) {
  std::vector<Entry> entries;
  const auto add = [&](std::span<const CodeName> rows) {
    for (const CodeName& row : rows) {
      entries.push_back({row.code, std::string(row.name), std::string(row.text)});
    }
  };
  if (scheme == Scheme::kExit) {
    add(cli::exit_codes());
    return entries;
  }
  if (scheme == Scheme::kReturnCode) add(cli::return_codes());
  entries.push_back({0, "pcmk_rc_ok", "OK"});
  for (int number = 1; number <= kLastErrno; ++number) {
    if (std::optional<Entry> entry = errno_entry(number); entry) {
      entries.push_back(std::move(*entry));
    }
  }
  if (scheme == Scheme::kLegacy) add(cli::legacy_codes());
  return entries;
}

Entry find_entry(Scheme scheme, int code) {
  // Legacy values are reported as they are returned, negative.
  const int wanted = scheme == Scheme::kLegacy && code < 0 ? -code : code;
  for (Entry& entry : all_entries(scheme)) {
    if (entry.code == wanted) return {code, entry.name, entry.text};
  }
  if (scheme == Scheme::kExit) return {code, "CRM_EX_UNKNOWN", "Unknown exit status"};
  return {code, "Unknown", base::cat("Unknown error ", wanted)};
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void show(const Entry& entry, bool with_name, bool with_code, Output& output) {
  if (output.is_structured()) {
    cli::Element& element = output.root().add("result-code");
    element.set("code", std::to_string(entry.code));
    if (with_name) element.set("name", entry.name);
    element.set("description", entry.text);
    return;
  }
  if (!with_code) {
    output.line(with_name ? base::cat(entry.name, " - ", entry.text) : entry.text);
    return;
  }
  std::string code = std::to_string(entry.code);
  if (code.size() < 5) code.insert(0, 5 - code.size(), ' ');
  output.line(with_name ? base::cat(code, ": ", padded(entry.name, 26), "  ", entry.text)
                        : base::cat(code, ": ", entry.text));
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_error",
    .summary = "crm_error - display name or description of a Pacemaker error code",
    .groups = kGroups,
    .usage_tail = "[-- <rc> [<rc>...]]",
};

ExitCode run(const CommandLine& line, Output& output) {
  Scheme scheme = Scheme::kLegacy;
  if (line.has(kReturnCode)) scheme = Scheme::kReturnCode;
  if (line.has(kExit)) scheme = Scheme::kExit;
  const bool with_name = line.has(kName);
  if (line.has(kList) || line.arguments.empty()) {
    for (const Entry& entry : all_entries(scheme)) show(entry, with_name, true, output);
    return ExitCode::kOk;
  }
  for (const std::string& argument : line.arguments) {
    const std::optional<int> code = base::parse_integer<int>(argument);
    if (!code) {
      output.error(base::cat(kProgram.name, ": '", argument, "' is no number"));
      return ExitCode::kUsage;
    }
    show(find_entry(scheme, *code), with_name, false, output);
  }
  return ExitCode::kOk;
}

}  // namespace systole::crmd::crm_error
