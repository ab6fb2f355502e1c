#include "lib/ocf/stonith_plugin.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "lib/base/strings.h"
#include "lib/process/child.h"

namespace systole::ocf {
namespace {

constexpr std::string_view kProgram = "/stonith";
constexpr base::Milliseconds kListTimeout{10000};

bool may_be_in_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '/';
}

}  // namespace

std::optional<std::string> StonithPlugin::driver(const AgentRoots& roots) {
  std::string path = base::cat(roots.fence, kProgram);
  if (::access(path.c_str(), X_OK) != 0) return std::nullopt;
  return path;
}

bool StonithPlugin::is_name(std::string_view type) {
  return !type.empty() && type.front() != '-' && type.front() != '/' &&
         !type.starts_with("fence_") && std::all_of(type.begin(), type.end(), may_be_in_a_name);
}

std::vector<std::string> StonithPlugin::list(const AgentRoots& roots) {
  const std::optional<std::string> program = driver(roots);
  if (!program) return {};
  const base::Result<process::Outcome> outcome = process::run(
      {.argv = {*program, "-L"}, .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}},
      {.timeout = kListTimeout, .head_bytes = 1 << 16, .tail_bytes = 0});
  if (!outcome || outcome->end != process::End::kExited || outcome->code != 0) return {};
  std::vector<std::string> types;
  for (const std::string_view line : base::split(outcome->out.head, "\n")) {
    const std::string_view type = base::trim(line);
    if (is_name(type)) types.emplace_back(type);
  }
  std::sort(types.begin(), types.end());
  return types;
}

}  // namespace systole::ocf
