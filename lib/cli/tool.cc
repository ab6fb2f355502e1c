#include "lib/cli/tool.h"

#include <cstdio>
#include <string>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"
#include "lib/cli/version.h"

namespace systole::cli {
namespace {

void print(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

std::string_view level_name(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::kCritical:
      return "crit";
    case base::LogLevel::kError:
      return "error";
    case base::LogLevel::kWarning:
      return "warning";
    case base::LogLevel::kNotice:
      return "notice";
    case base::LogLevel::kInfo:
      return "info";
    case base::LogLevel::kDebug:
      break;
  }
  return "debug";
}

void log_to_stderr(base::LogLevel level, std::string_view message) {
  print(stderr, base::cat(level_name(level), ": ", message, "\n"));
}

/// Without -V only what makes the tool fail is heard, and that through its Output.
void set_up_log(int verbosity) {
  constexpr base::LogLevel kLevels[] = {base::LogLevel::kCritical, base::LogLevel::kError,
                                        base::LogLevel::kWarning, base::LogLevel::kNotice,
                                        base::LogLevel::kInfo};
  base::set_log_level(verbosity < 5 ? kLevels[verbosity] : base::LogLevel::kDebug);
  base::set_log_sink(log_to_stderr);
}

int report_usage_error(const Program& program, std::string_view message) {
  print(stderr, base::cat(program.name, ": ", message, "\n"));
  if (program.style == Style::kFlat) print(stderr, help_text(program, ""));
  return static_cast<int>(program.usage_code);
}

int report_output_error(const Program& program, std::string_view format, std::string_view why) {
  print(stderr,
        base::cat(program.name, ": Error creating output format ", format, ": ", why, "\n"));
  return static_cast<int>(program.output_code);
}

void show_version(Output& output) {
  if (!output.is_structured()) {
    output.raw(version_text());
    return;
  }
  output.root()
      .add("version")
      .set("program", kProductName)
      .set("version", kCompatibleVersion)
      .set("author", kAuthor)
      .set("build", kBuildId)
      .set("features", kFeatures);
}

}  // namespace

int run_tool(const Program& program, ToolBody body, int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  if (words.empty()) words.emplace_back(program.name);
  base::Result<CommandLine> parsed = parse_command_line(program, words);
  if (!parsed) return report_usage_error(program, parsed.error().message);
  const CommandLine& command_line = *parsed;
  if (command_line.help) {
    print(stdout, help_text(program, *command_line.help));
    return 0;
  }
  set_up_log(command_line.verbosity);

  const base::Result<OutputFormat> format = parse_output_format(command_line.output_format);
  const bool is_offered = format && (*format != OutputFormat::kHtml || program.offers("html"));
  if (!is_offered) {
    return report_output_error(program, command_line.output_format, "Unknown output format");
  }
  base::Result<Output> output = Output::open({.program = std::string(program.name),
                                              .request = command_line.request,
                                              .format = *format,
                                              .destination = command_line.output_destination,
                                              .html = command_line.html});
  if (!output) {
    return report_output_error(program, command_line.output_format, output.error().message);
  }
  if (command_line.version) {
    show_version(*output);
    return output->finish(ExitCode::kOk);
  }
  const ExitCode code = body(command_line, *output);
  return output->finish(code);
}

ExitCode fail(Output& output, const Program& program, const base::Error& error) {
  output.error(base::cat(program.name, ": ", error.message));
  return exit_code_for(error.code);
}

}  // namespace systole::cli
