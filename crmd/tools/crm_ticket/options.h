#pragma once

#include <optional>
#include <string>

#include "crmd/tools/crm_ticket/change.h"
#include "lib/cli/command_line.h"

namespace systole::crmd::crm_ticket {

/// What the command line asks for.
enum class Command {
  kNone,
  kInfo,
  kDetails,
  kRaw,
  kQueryXml,
  kConstraints,
  kGetAttribute,
  kCleanUp,
  kModify,
};

/// A command line as it is meant.
struct Task {
  Command command = Command::kNone;
  std::optional<std::string> ticket = {};
  std::string attribute = {};                   ///< kGetAttribute: its name
  std::optional<std::string> fallback = {};     ///< kGetAttribute: shown when there is no value
  Change change = {};                           ///< kModify
  std::optional<std::string> name_alone = {};   ///< of an attribute to set without its value
  std::optional<std::string> value_alone = {};  ///< a value without the name of its attribute
  std::string file = {};                        ///< where to read the tickets instead of the CIB
  bool force = false;
};

/// A query, --get-attr and --cleanup win over changes; of several of them the last one does.
Task read_task(const cli::CommandLine& line);

}  // namespace systole::crmd::crm_ticket
