#include "crmd/tools/monitor/sections.h"

#include <algorithm>
#include <array>
#include <vector>

#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

struct Row {
  std::string_view name;
  std::initializer_list<Section> sections;
};

const std::array kRows = {
    Row{"attributes", {Section::kAttributes}},
    Row{"bans", {Section::kBans}},
    Row{"counts", {Section::kCounts}},
    Row{"dc", {Section::kDc}},
    Row{"failcounts", {Section::kFailCounts}},
    Row{"failures", {Section::kFailures}},
    Row{"fencing", {Section::kFencingFailed, Section::kFencingPending, Section::kFencingSucceeded}},
    Row{"fencing-failed", {Section::kFencingFailed}},
    Row{"fencing-pending", {Section::kFencingPending}},
    Row{"fencing-succeeded", {Section::kFencingSucceeded}},
    Row{"maint-mode", {Section::kMaintenance}},
    Row{"nodes", {Section::kNodes}},
    Row{"operations", {Section::kOperations}},
    Row{"options", {Section::kOptions}},
    Row{"resources", {Section::kResources}},
    Row{"stack", {Section::kStack}},
    Row{"summary",
        {Section::kStack, Section::kDc, Section::kTimes, Section::kCounts, Section::kMaintenance}},
    Row{"tickets", {Section::kTickets}},
    Row{"times", {Section::kTimes}},
};

Sections of(std::initializer_list<Section> list) {
  Sections out;
  for (const Section section : list) out.set(section);
  return out;
}

}  // namespace

Sections Sections::all() {
  Sections out;
  out.bits_.set();
  return out;
}

Sections Sections::defaults(cli::OutputFormat format) {
  if (cli::is_structured(format)) return all();
  return of({Section::kStack, Section::kDc, Section::kTimes, Section::kCounts,
             Section::kMaintenance, Section::kNodes, Section::kResources, Section::kFailures,
             Section::kFencingFailed, Section::kFencingPending});
}

Sections Sections::summary() {
  return of({Section::kStack, Section::kDc, Section::kTimes, Section::kCounts, Section::kOptions});
}

Sections Sections::fencing() {
  return of({Section::kFencingFailed, Section::kFencingPending, Section::kFencingSucceeded});
}

base::Result<void> apply_section_list(std::string_view list, bool include, cli::OutputFormat format,
                                      Sections& sections, std::string& bans_prefix) {
  for (std::string_view word : base::split(list, ",")) {
    if (word == "all" || word == "none") {
      sections = (word == "all") == include ? Sections::all() : Sections::none();
      // Who reads text gets the options when asking for them by name.
      if (format == cli::OutputFormat::kText) sections.set(Section::kOptions, false);
      continue;
    }
    if (include && (word == "default" || word == "defaults")) {
      sections.set(Sections::defaults(format));
      continue;
    }
    if (include && word.starts_with("bans:")) {
      bans_prefix = word.substr(5);
      word = "bans";
    }
    const auto row = std::find_if(kRows.begin(), kRows.end(),
                                  [word](const Row& candidate) { return candidate.name == word; });
    if (row == kRows.end()) {
      return {base::Errc::kInvalidArgument, base::cat("'", word, "' is no section")};
    }
    sections.set(of(row->sections), include);
  }
  return {};
}

std::string section_names() {
  std::vector<std::string> names = {"all"};
  for (const Row& row : kRows) {
    names.emplace_back(row.name == "bans" ? "bans[:PREFIX]" : row.name);
    if (row.name == "dc") names.emplace_back("default");
    if (row.name == "nodes") names.emplace_back("none");
  }
  return base::join(names, ", ");
}

}  // namespace systole::crmd::monitor
