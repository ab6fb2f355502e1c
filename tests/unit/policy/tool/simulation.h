#pragma once

#include <string>

namespace systole::policy {

/// The CIB after its plan was carried out without a failure; what could not be executed is told.
struct Simulated {
  std::string xml;
  bool complete = true;
};
Simulated carry_out(const std::string& xml);

}  // namespace systole::policy
