#include "policy/tool/messages.h"

#include <cstdio>

#include "lib/base/strings.h"
#include "policy/render/summary_text.h"
#include "policy/verify/problem.h"

namespace systole::policy::tool {

void complain(std::string_view line) {
  // What was printed before comes first, also where both go to the same terminal.
  std::fflush(stdout);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fputc('\n', stderr);
}

void print_problems(xml::Element cib, const Status& status, int verbosity) {
  for (const auto& problems : {find_problems(cib, status), find_status_problems(status)}) {
    for (const Problem& problem : problems) {
      if (const auto line = problem.line(verbosity)) complain(*line);
    }
  }
}

void print_actions(const Plan& plan) {
  for (const std::string& line : render::summary_text(plan.summary)) {
    complain(base::cat("(plan) \tnotice: Actions: ", line));
  }
}

}  // namespace systole::policy::tool
