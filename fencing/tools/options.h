#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/command_line.h"
#include "lib/cli/option.h"

namespace systole::fencing {

extern const cli::Program kStonithAdmin;

/// What stonith_admin can be asked to do; the option ids of its commands.
enum class Command {
  kNone = 0,
  kRegister = 1,
  kDeregister,
  kRegisterLevel,
  kDeregisterLevel,
  kList,
  kListRegistered,
  kListInstalled,
  kListTargets,
  kMetadata,
  kQuery,
  kHistory,
  kLast,
  kValidate,
  kFence,
  kUnfence,
  kReboot,
  kConfirm,
};

/// A command line of stonith_admin, understood.
struct StonithRequest {
  Command command = Command::kNone;
  std::string subject;  ///< the command's value: a device, node or level target
  std::string agent;
  std::map<std::string, std::string> parameters;
  std::vector<std::string> devices;
  std::string tag;
  int level = 0;
  std::chrono::seconds timeout{120};
  std::chrono::seconds delay{0};
  std::chrono::seconds tolerance{0};
  bool cleanup = false;
  bool broadcast = false;
  bool as_node_id = false;
  bool quiet = false;
  bool verbose = false;
};

/// Reads the options; of several commands the last wins. kUsage for values that mean nothing.
base::Result<StonithRequest> read_request(const cli::CommandLine& command_line);

}  // namespace systole::fencing
