#include <cstdio>
#include <filesystem>
#include <string_view>

#include "crmd/shell/daemon_metadata.h"
#include "crmd/shell/daemon_options.h"

/// pacemaker-based, pacemaker-attrd and pacemaker-schedulerd: their work is done by
/// pacemaker-controld, but configuration tools ask these programs for their options.
int main(int argc, char** argv) {
  constexpr int kUsage = 64;
  const std::string program = std::filesystem::path(argc > 0 ? argv[0] : "").filename();
  const auto* daemon = systole::crmd::find_daemon(program);
  if (daemon != nullptr && argc == 2 && std::string_view(argv[1]) == "metadata") {
    std::fputs(systole::crmd::render_metadata(*daemon).c_str(), stdout);
    return 0;
  }
  std::fprintf(
      stderr,
      "%s: the work of this daemon is done by pacemaker-controld, which pacemakerd starts. "
      "The only argument is 'metadata'.\n",
      program.c_str());
  return kUsage;
}
