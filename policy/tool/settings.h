#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/iso8601.h"
#include "lib/base/result.h"
#include "lib/cli/command_line.h"
#include "policy/input/source.h"

namespace systole::policy::tool {

/// What is done to the input before it is planned for, in the order in which it is done.
struct Injections {
  std::optional<std::string> quorum;
  std::optional<std::string> watchdog;
  std::vector<std::string> nodes_up;
  std::vector<std::string> nodes_down;
  std::vector<std::string> nodes_failed;
  std::vector<std::string> tickets_granted;
  std::vector<std::string> tickets_revoked;
  std::vector<std::string> tickets_standby;
  std::vector<std::string> tickets_activated;
  std::vector<std::string> operations;  ///< RESOURCE_TASK_INTERVAL@NODE=RC

  /// Quorum alone does not count.
  bool any() const;
};

struct Settings {
  bool run = false;
  bool simulate = false;
  bool in_place = false;
  bool quiet = false;
  bool show_attributes = false;
  bool show_fail_counts = false;
  bool show_scores = false;
  bool show_utilization = false;
  bool all_actions = false;
  bool show_ids = false;  ///< of actions, in the dot file
  bool decorated = true;  ///< text has headings and bullets
  int verbosity = 0;
  input::Source source = input::File{"-"};
  std::string save_input;
  std::string save_output;
  std::string save_graph;
  std::string save_dot;
  std::string profile_directory;
  int repeat = 1;
  std::optional<std::string> date;
  std::optional<base::Timestamp> time;  ///< what `date` means
  Injections injections;
  std::vector<std::string> failures;  ///< operations that fail when they are executed

  bool is_live() const { return std::holds_alternative<input::Live>(source); }

  /// Whether the input is changed, written or looked at as a document, and not just planned for.
  bool uses_document_of_status() const {
    return simulate || injections.any() || in_place || !save_input.empty() ||
           !save_output.empty() || verbosity > 0;
  }
};

/// Reads the command line. Errors: kUsage.
base::Result<Settings> read_settings(const cli::CommandLine& command_line);

}  // namespace systole::policy::tool
