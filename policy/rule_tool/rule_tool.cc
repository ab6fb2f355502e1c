#include "policy/rule_tool/rule_tool.h"

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "policy/input/source.h"
#include "policy/rule_tool/local_time.h"
#include "policy/rule_tool/rule_check.h"

namespace systole::policy::rule_tool {
namespace {

using cli::ExitCode;

enum RuleOption { kCheck = 1, kText, kAtDate, kRule };

constexpr cli::Option kModes[] = {
    {kCheck, "check", 'c', cli::Argument::kNone, "", "Check whether a rule is in effect"},
};
constexpr cli::Option kData[] = {
    {kText, "xml-text", 'X', cli::Argument::kRequired, "",
     "Use argument for XML (or stdin if '-')"},
};
constexpr cli::Option kAdditional[] = {
    {kAtDate, "date", 'd', cli::Argument::kRequired, "",
     "Whether the rule is in effect on a given date"},
    {kRule, "rule", 'r', cli::Argument::kRequired, "",
     "The ID of the rule to check (may be specified multiple\ntimes)"},
};
constexpr cli::OptionGroup kRuleGroups[] = {
    {"modes", "Modes (mutually exclusive):", "Show modes of operation", kModes},
    {"data", "Data:", "Show data options", kData},
    {"additional", "Additional Options:", "Show additional options", kAdditional},
};

ExitCode fail(cli::Output& output, ExitCode code, std::string_view why) {
  output.error(base::cat("crm_rule: ", why));
  return code;
}

input::Source source_of(const cli::CommandLine& line) {
  const auto text = line.value(kText);
  if (!text) return input::Live{};
  if (*text == "-") return input::File{"-"};
  return input::Text{*text};
}

ExitCode fail_to_read(const input::Source& source, cli::Output& output, const base::Error& error) {
  if (std::holds_alternative<input::Live>(source)) {
    output.error(base::cat("CIB query failed: ", error.message));
    return ExitCode::kNoInput;
  }
  const bool piped = std::holds_alternative<input::File>(source);
  return fail(
      output, ExitCode::kInvalidData,
      base::cat("Couldn't parse input ", piped ? "from STDIN" : "string", ": ", error.message));
}

ExitCode check_rules(const cli::CommandLine& line, xml::Element cib, base::Timestamp now,
                     cli::Output& output) {
  ExitCode code = ExitCode::kOk;
  for (const cli::GivenOption& option : line.options) {
    if (option.id != kRule) continue;
    const std::string id = option.value.value_or("");
    const RuleCheck check = check_rule(cib, id, now);
    code = check.code;
    output.root()
        .add("rule-check")
        .set("rule-id", id)
        .set("rc", std::to_string(static_cast<int>(code)));
    if (check.failed) {
      output.error(check.text);
    } else {
      output.line(check.text);
    }
  }
  return code;
}

}  // namespace

const cli::Program kRuleProgram = {
    .name = "crm_rule",
    .summary = "evaluate rules from the Pacemaker configuration",
    .groups = kRuleGroups,
};

ExitCode run_rule(const cli::CommandLine& line, cli::Output& output) {
  if (!line.has(kCheck)) return fail(output, ExitCode::kUsage, "No mode operation given");
  if (!line.has(kRule)) return fail(output, ExitCode::kUsage, "--check requires use of --rule=");
  base::Timestamp now = local_now();
  if (const auto date = line.value(kAtDate)) {
    const auto time = base::parse_timestamp(*date, now);
    if (!time) {
      return fail(output, ExitCode::kInvalidData,
                  base::cat("Invalid date specified: '", *date, "'"));
    }
    now = *time;
  }
  const input::Source source = source_of(line);
  const auto configuration = input::read(source, kRuleProgram.name);
  if (!configuration) return fail_to_read(source, output, configuration.error());
  return check_rules(line, configuration->cib.root(), now, output);
}

}  // namespace systole::policy::rule_tool
