#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/html_page.h"
#include "lib/cli/option.h"

namespace systole::cli {

/// One option as it was given. Options are kept in the order of the command line, so that a tool
/// can let the last of several commands win.
struct GivenOption {
  int id;
  std::optional<std::string> value;
};

/// A command line taken apart by a Program's tables.
struct CommandLine {
  std::vector<GivenOption> options;
  /// The words that are neither options nor their values.
  std::vector<std::string> arguments;
  /// The whole command line, separated by spaces: the `request` of structured output.
  std::string request;
  int verbosity = 0;
  bool version = false;
  /// The name of a group, "" for --help, "all" for --help-all.
  std::optional<std::string> help;
  std::string output_format = "text";
  /// A file name; empty or "-" for standard output.
  std::string output_destination;
  /// --text-fancy: headings and bullets where text would have none.
  bool fancy_text = false;
  /// --html-title and its like.
  HtmlFrame html{};

  bool has(int id) const;
  /// The value of the last option `id`; nothing when it was not given or had none.
  std::optional<std::string> value(int id) const;
};

/// Reads `words` (the first is the program's name). Short options may be bundled and may have their
/// value attached; long ones take `--name=value` and `--name value`. Parsing ends at the first
/// request for help. Errors are kUsage with the text to print ("Unknown option --x").
base::Result<CommandLine> parse_command_line(const Program& program,
                                             const std::vector<std::string>& words);

}  // namespace systole::cli
