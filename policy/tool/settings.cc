#include "policy/tool/settings.h"

#include <array>
#include <ctime>
#include <variant>

#include "lib/base/strings.h"
#include "policy/tool/options.h"

namespace systole::policy::tool {

namespace {

/// Where an option's value goes, or what it switches on.
template <typename Owner>
using Member = std::variant<bool Owner::*, std::string Owner::*,
                            std::optional<std::string> Owner::*, std::vector<std::string> Owner::*>;

template <typename Owner>
struct Row {
  OptionId option;
  Member<Owner> member;
};

constexpr std::array<Row<Settings>, 16> kSettings = {{
    {OptionId::kRun, &Settings::run},
    {OptionId::kSimulate, &Settings::simulate},
    {OptionId::kInPlace, &Settings::in_place},
    {OptionId::kShowAttributes, &Settings::show_attributes},
    {OptionId::kShowFailCounts, &Settings::show_fail_counts},
    {OptionId::kShowScores, &Settings::show_scores},
    {OptionId::kShowUtilization, &Settings::show_utilization},
    {OptionId::kAllActions, &Settings::all_actions},
    {OptionId::kQuiet, &Settings::quiet},
    {OptionId::kProfile, &Settings::profile_directory},
    {OptionId::kSaveInput, &Settings::save_input},
    {OptionId::kSaveOutput, &Settings::save_output},
    {OptionId::kSaveGraph, &Settings::save_graph},
    {OptionId::kSaveDot, &Settings::save_dot},
    {OptionId::kDate, &Settings::date},
    {OptionId::kFail, &Settings::failures},
}};

constexpr std::array<Row<Injections>, 10> kInjections = {{
    {OptionId::kQuorum, &Injections::quorum},
    {OptionId::kWatchdog, &Injections::watchdog},
    {OptionId::kNodeUp, &Injections::nodes_up},
    {OptionId::kNodeDown, &Injections::nodes_down},
    {OptionId::kNodeFail, &Injections::nodes_failed},
    {OptionId::kInject, &Injections::operations},
    {OptionId::kGrant, &Injections::tickets_granted},
    {OptionId::kRevoke, &Injections::tickets_revoked},
    {OptionId::kStandby, &Injections::tickets_standby},
    {OptionId::kActivate, &Injections::tickets_activated},
}};

/// Puts the value of an option where it belongs.
template <typename Owner>
struct Assign {
  Owner& owner;
  const std::string& value;

  void operator()(bool Owner::*member) const { owner.*member = true; }
  void operator()(std::string Owner::*member) const { owner.*member = value; }
  void operator()(std::optional<std::string> Owner::*member) const { owner.*member = value; }
  void operator()(std::vector<std::string> Owner::*member) const {
    (owner.*member).push_back(value);
  }
};

template <typename Owner, std::size_t N>
void assign(const std::array<Row<Owner>, N>& table, const cli::GivenOption& given, Owner& owner) {
  const std::string value = given.value.value_or("");
  for (const Row<Owner>& row : table) {
    if (static_cast<int>(row.option) == given.id) {
      std::visit(Assign<Owner>{owner, value}, row.member);
    }
  }
}

base::Result<void> read_time(Settings& settings) {
  if (!settings.date) return {};
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  const auto time =
      base::parse_timestamp(*settings.date, {now, static_cast<std::int32_t>(local.tm_gmtoff)});
  if (!time) return {base::Errc::kUsage, base::cat("Invalid date: ", time.error().message)};
  settings.time = *time;
  return {};
}

base::Result<void> read_repeat(const cli::GivenOption& given, Settings& settings) {
  const std::string value = given.value.value_or("");
  const auto count = base::parse_integer<int>(value);
  if (!count) {
    return {base::Errc::kUsage,
            base::cat("Cannot parse integer value \u201c", value, "\u201d for --repeat")};
  }
  if (*count < 1) {
    return {base::Errc::kUsage, base::cat("--repeat needs a positive number, not ", *count)};
  }
  settings.repeat = *count;
  return {};
}

/// The last one that is given wins; without any the input comes from a pipe.
void read_source(const cli::GivenOption& given, Settings& settings) {
  switch (static_cast<OptionId>(given.id)) {
    case OptionId::kLive:
      settings.source = input::Live{};
      break;
    case OptionId::kFile:
      settings.source = input::File{given.value.value_or("")};
      break;
    case OptionId::kPipe:
      settings.source = input::File{"-"};
      break;
    default:
      break;
  }
}

/// Some things make no sense without others, which they imply.
void add_implied(Settings& settings) {
  settings.simulate |= settings.in_place || !settings.failures.empty();
  settings.run |= settings.simulate || settings.show_scores || settings.show_utilization ||
                  !settings.save_graph.empty() || !settings.save_dot.empty();
}

}  // namespace

bool Injections::any() const {
  return watchdog || !nodes_up.empty() || !nodes_down.empty() || !nodes_failed.empty() ||
         !tickets_granted.empty() || !tickets_revoked.empty() || !tickets_standby.empty() ||
         !tickets_activated.empty() || !operations.empty();
}

base::Result<Settings> read_settings(const cli::CommandLine& command_line) {
  Settings settings;
  for (const cli::GivenOption& given : command_line.options) {
    assign(kSettings, given, settings);
    assign(kInjections, given, settings.injections);
    read_source(given, settings);
    if (given.id == static_cast<int>(OptionId::kRepeat)) {
      if (const auto read = read_repeat(given, settings); !read) return read.error();
    }
  }
  add_implied(settings);
  settings.verbosity = command_line.verbosity;
  settings.show_ids = command_line.verbosity > 0;
  settings.decorated = !settings.quiet || command_line.fancy_text;
  if (const auto time = read_time(settings); !time) return time.error();
  return settings;
}

}  // namespace systole::policy::tool
