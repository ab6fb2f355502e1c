#include "crmd/tools/schema_notice.h"

#include <cstdio>

#include "lib/base/strings.h"
#include "policy/input/schema_check.h"

namespace systole::crmd {

void print_schema_notice(const xml::Document& cib) {
  const auto complaint = policy::input::missing_schema_complaint(cib);
  if (complaint) std::fputs(base::cat(*complaint, "\n").c_str(), stderr);
}

}  // namespace systole::crmd
