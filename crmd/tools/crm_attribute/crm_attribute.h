#pragma once

#include <optional>
#include <string>

#include "crmd/tools/crm_attribute/attributes.h"
#include "lib/base/result.h"
#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_attribute {

extern const cli::Program kProgram;

/// Queries and changes node attributes and cluster options.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

/// What to do, taken from a command line: of this tool or of one of those that stand for a special
/// case of it.
struct Task {
  enum class Kind { kQuery, kUpdate, kDelete };
  Kind kind = Kind::kQuery;
  /// The scope when neither type, node nor lifetime decides it otherwise.
  std::optional<Scope> scope = {};
  /// A type or lifetime that was given and means nothing: an error, once the CIB and the node are
  /// found, as scripts know it.
  std::string bad_scope = {};
  /// Name of the node; empty for this one.
  std::string node = {};
  std::string name = {};
  std::string pattern = {};
  std::string set = {};
  std::string id = {};
  std::string value = {};
  /// Shown by a query that finds nothing.
  std::optional<std::string> fallback = {};
  bool utilization = false;
  bool quiet = false;
};

/// Does `task` on the CIB that the environment names. Transient attributes of a live cluster go
/// through the service that keeps them.
cli::ExitCode perform(const Task& task, const cli::Program& program, cli::Output& output);

/// Whether the query `task` would find anything; errors are those of looking.
base::Result<bool> exists(const Task& task, const cli::Program& program);

}  // namespace systole::crmd::crm_attribute
