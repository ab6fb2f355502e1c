#pragma once

#include <span>
#include <string_view>

#include "lib/cli/exit_code.h"

namespace systole::cli {

/// Whether an option is followed by a value. An optional value is taken from the next word unless
/// that begins with a dash.
enum class Argument { kNone, kRequired, kOptional };

/// One row of a tool's option table.
struct Option {
  /// The tool's own number for it; several rows may share one (deprecated spellings).
  int id;
  /// Without dashes; empty when there is only the letter.
  std::string_view long_name;
  /// 0 when there is only the long name.
  char short_name = 0;
  Argument argument = Argument::kNone;
  /// What stands for the value in the help text ("NODE").
  std::string_view argument_name = {};
  /// One or more lines, separated by newlines; the layout indents them.
  std::string_view help = {};
  /// Accepted but not shown by any help.
  bool hidden = false;
};

/// Options that the help shows under one title. The group with an empty name holds the options that
/// are shown by plain --help.
struct OptionGroup {
  /// "command" gives --help-command; empty for the application's options.
  std::string_view name;
  /// "Commands:"
  std::string_view title;
  /// The help text of --help-NAME.
  std::string_view help;
  std::span<const Option> options;
};

/// Ids that every tool has; a tool's own ids are positive.
inline constexpr int kOptionVerbose = -1;
inline constexpr int kOptionVersion = -2;
inline constexpr int kOptionOutputAs = -3;
inline constexpr int kOptionOutputTo = -4;
inline constexpr int kOptionTextFancy = -5;
inline constexpr int kOptionHelp = -6;
inline constexpr int kOptionHtmlCgi = -7;
inline constexpr int kOptionHtmlStylesheet = -8;
inline constexpr int kOptionHtmlTitle = -9;

/// Which family of command lines a tool belongs to. They differ in the text of errors and help, and
/// in that the older one takes abbreviated long options.
enum class Style {
  kGroups,  ///< help in groups (--help-all), errors are one line
  kFlat,    ///< one help text, printed after an error as well
};

/// What a tool is called with and what it says about itself.
struct Program {
  std::string_view name;
  /// One line, shown below the usage line.
  std::string_view summary;
  /// The groups in the order of the help; the group with the empty name is shown last.
  std::span<const OptionGroup> groups;
  /// What follows "[OPTION…]" in the usage line, for instance "[-- <rc> [<rc>...]]".
  std::string_view usage_tail = {};
  /// Shown after the options: examples, notes.
  std::string_view epilogue = {};
  /// Output formats besides "none" as the help of --output-as lists them, the first the default.
  /// Empty: the tool has no --output-as and --output-to.
  std::string_view formats = "text (default), xml, json";
  bool offers(std::string_view format) const { return formats.find(format) != formats.npos; }
  Style style = Style::kGroups;
  /// How it ends when its command line means nothing.
  ExitCode usage_code = ExitCode::kUsage;
  /// How it ends when it cannot write what is asked for to where that is asked for.
  ExitCode output_code = ExitCode::kError;
};

}  // namespace systole::cli
