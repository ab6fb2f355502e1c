#pragma once

#include <string>
#include <vector>

#include "policy/input/source.h"

namespace systole::policy::input {

/// What a configuration's schema says of it.
struct SchemaVerdict {
  bool valid = true;
  /// Invalid only because the schema is not installed.
  bool unchecked = false;
  /// One line each, for standard error whatever else is printed there:
  /// "web.xml:12: element primitive: Relax-NG validity error : ..."
  std::vector<std::string> complaints;
};

/// Holds a configuration against the schema that it names. Where it names none, validation is
/// skipped with a complaint, as it is when it asks for that.
SchemaVerdict check_schema(const Configuration& configuration);

}  // namespace systole::policy::input
