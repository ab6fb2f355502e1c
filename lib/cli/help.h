#pragma once

#include <string>
#include <string_view>

#include <span>
#include "lib/cli/option.h"

namespace systole::cli {

/// The help text of `program`: for `section` "" the short one, for "all" everything, else that of
/// one group.
std::string help_text(const Program& program, std::string_view section);

/// The options that every program has: --version and --verbose; and those of its output.
std::span<const Option> common_options();
std::span<const Option> output_options();
/// The options of HTML pages; of programs that offer the format.
std::span<const Option> html_options();

/// The two lines of --version.
std::string version_text();

/// The line with build and features that cibadmin prints for -!.
std::string features_text();

}  // namespace systole::cli
