#include "lib/cli/help.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "lib/cli/version.h"

namespace systole::cli {
namespace {

constexpr std::array kOutputOptions = {
    Option{kOptionOutputAs, "output-as", 0, Argument::kRequired, "FORMAT", ""},
    Option{kOptionOutputTo, "output-to", 0, Argument::kRequired, "DEST",
           "Specify file name for output (or \"-\" for stdout)"},
    Option{kOptionTextFancy, "text-fancy", 0, Argument::kNone, "",
           "Use more highly formatted output (requires --output-as=text)"},
};

constexpr std::array kHtmlOptions = {
    Option{kOptionHtmlCgi, "html-cgi", 0, Argument::kNone, "",
           "Add CGI headers (requires --output-as=html)"},
    Option{kOptionHtmlStylesheet, "html-stylesheet", 0, Argument::kRequired, "URI",
           "Link to an external stylesheet (requires --output-as=html)"},
    Option{kOptionHtmlTitle, "html-title", 0, Argument::kRequired, "TITLE",
           "Specify a page title (requires --output-as=html)"},
};

constexpr std::array kCommonOptions = {
    Option{kOptionVersion, "version", '$', Argument::kNone, "",
           "Display software version and exit"},
    Option{kOptionVerbose, "verbose", 'V', Argument::kNone, "",
           "Increase debug output (may be specified multiple times)"},
};

struct Row {
  std::string left;
  std::string help;
};

struct Section {
  std::string title;
  std::vector<Row> rows;
};

std::string left_column(const Option& option) {
  std::string out;
  if (option.short_name != 0) out += base::cat("-", option.short_name);
  if (!option.long_name.empty()) {
    out += base::cat(out.empty() ? "--" : ", --", option.long_name);
  }
  if (!option.argument_name.empty()) {
    out += base::cat(option.long_name.empty() ? ' ' : '=', option.argument_name);
  }
  return out;
}

void add_rows(Section& section, std::span<const Option> options) {
  for (const Option& option : options) {
    if (!option.hidden) section.rows.push_back({left_column(option), std::string(option.help)});
  }
}

bool uses_letter(const Program& program, char letter) {
  return std::any_of(
      program.groups.begin(), program.groups.end(), [letter](const OptionGroup& group) {
        return std::any_of(group.options.begin(), group.options.end(),
                           [letter](const Option& option) { return option.short_name == letter; });
      });
}

Section help_section(const Program& program) {
  Section section{"Help Options:", {}};
  section.rows.push_back(
      {uses_letter(program, 'h') ? "-?, --help" : "-h, --help", "Show help options"});
  section.rows.push_back({"--help-all", "Show all help options"});
  if (!program.formats.empty()) section.rows.push_back({"--help-output", "Show output help"});
  for (const OptionGroup& group : program.groups) {
    if (group.name.empty()) continue;
    section.rows.push_back({base::cat("--help-", group.name), std::string(group.help)});
  }
  return section;
}

Section output_section(const Program& program) {
  Section section{"Output Options:", {}};
  add_rows(section, kOutputOptions);
  section.rows[0].help = base::cat("Specify output format as one of: ", program.formats);
  if (program.offers("html")) add_rows(section, kHtmlOptions);
  return section;
}

Section application_section(const Program& program) {
  Section section{"Application Options:", {}};
  add_rows(section, kCommonOptions);
  for (const OptionGroup& group : program.groups) {
    if (group.name.empty()) add_rows(section, group.options);
  }
  return section;
}

std::vector<Section> all_sections(const Program& program) {
  std::vector<Section> sections = {help_section(program)};
  if (!program.formats.empty()) sections.push_back(output_section(program));
  for (const OptionGroup& group : program.groups) {
    if (group.name.empty()) continue;
    Section section{std::string(group.title), {}};
    add_rows(section, group.options);
    sections.push_back(std::move(section));
  }
  sections.push_back(application_section(program));
  return sections;
}

bool is_shown(const Program& program, const Section& section, std::string_view wanted) {
  if (wanted == "all") return true;
  if (wanted.empty()) {
    return section.title == "Help Options:" || section.title == "Application Options:";
  }
  if (wanted == "output") return section.title == "Output Options:";
  return std::any_of(program.groups.begin(), program.groups.end(), [&](const OptionGroup& group) {
    return group.name == wanted && group.title == section.title;
  });
}

std::string grouped_help(const Program& program, std::string_view wanted) {
  const std::vector<Section> sections = all_sections(program);
  // All sections share one column, whichever of them are shown.
  std::size_t widest = 0;
  for (const Section& section : sections) {
    for (const Row& row : section.rows) widest = std::max(widest, row.left.size());
  }
  const std::size_t column = widest + 7;

  std::string out = base::cat("Usage:\n  ", program.name, " [OPTION…]");
  if (!program.usage_tail.empty()) out += base::cat(" ", program.usage_tail);
  out += base::cat("\n\n", program.summary, "\n\n");
  for (const Section& section : sections) {
    if (!is_shown(program, section, wanted) || section.rows.empty()) continue;
    out += section.title + "\n";
    for (const Row& row : section.rows) {
      std::string line = "  " + row.left;
      line.resize(column, ' ');
      for (const char c : row.help) {
        line += c;
        if (c == '\n') line.append(column, ' ');
      }
      out += base::cat(line.substr(0, line.find_last_not_of(' ') + 1), "\n");
    }
    out += "\n";
  }
  if (!program.epilogue.empty()) out += base::cat(program.epilogue, "\n");
  return out;
}

std::string flat_help(const Program& program) {
  std::string out = base::cat(program.summary, "\nUsage: ", program.name,
                              " <command> [options]\nOptions:\n -?, --help\t\tThis text\n"
                              " -$, --version\t\tVersion information\n"
                              " -V, --verbose\t\tIncrease debug output\n");
  for (const OptionGroup& group : program.groups) {
    out += base::cat("\n", group.title, "\n");
    for (const Option& option : group.options) {
      if (option.hidden) continue;
      std::string_view value = option.argument == Argument::kNone ? "" : "=value";
      if (option.argument == Argument::kOptional) value = "[=value]";
      std::string_view first = option.help.substr(0, option.help.find('\n'));
      std::string_view rest = option.help.substr(first.size());
      out += base::cat(" -", option.short_name, ", --", option.long_name, value, "\t", first);
      for (const char c : rest) out += c == '\n' ? std::string("\n\t") : std::string(1, c);
      out += "\n";
    }
  }
  return out += base::cat("\n", program.epilogue, "\n");
}

}  // namespace

std::span<const Option> output_options() {
  return kOutputOptions;
}

std::span<const Option> html_options() {
  return kHtmlOptions;
}

std::span<const Option> common_options() {
  return kCommonOptions;
}

std::string help_text(const Program& program, std::string_view section) {
  return program.style == Style::kFlat ? flat_help(program) : grouped_help(program, section);
}

std::string version_text() {
  return base::cat(kProductName, " ", kCompatibleVersion, "\nWritten by ", kAuthor, "\n");
}

std::string features_text() {
  return base::cat(kProductName, " ", kCompatibleVersion, " (Build: ", kBuildId, "): ", kFeatures,
                   "\n");
}

}  // namespace systole::cli
