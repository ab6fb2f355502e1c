#pragma once

#include <filesystem>
#include <string>

namespace systole::conformance {

/// Whether /usr/sbin/cibadmin is that of Debian 12's Pacemaker, and not ours in its place.
bool debian_cibadmin_is_installed();

struct ToolAnswer {
  int code = -1;
  std::string text;  ///< of standard output
};

/// Runs it on the CIB in a file. `arguments` go through a shell.
ToolAnswer debian_cibadmin(const std::filesystem::path& file, const std::string& arguments);

}  // namespace systole::conformance
