#include "lib/process/command.h"

#include "lib/base/strings.h"

namespace systole::process {

std::string Output::text() const {
  if (dropped == 0) return head + tail;
  return base::cat(head, "\n[", dropped, " bytes left out]\n", tail);
}

std::string describe(const std::vector<Survivor>& survivors) {
  if (survivors.empty()) return {};
  std::string list;
  for (const Survivor& survivor : survivors) {
    if (!list.empty()) list += ", ";
    list += base::cat(survivor.name, " (", survivor.pid, ", ", survivor.state, ")");
  }
  return base::cat(survivors.size(), survivors.size() == 1 ? " process" : " processes",
                   " survived SIGKILL: ", list);
}

}  // namespace systole::process
