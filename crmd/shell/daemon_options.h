#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace systole::crmd {

/// One cluster option that a daemon's `metadata` describes.
struct DaemonOption {
  std::string_view name{};
  std::string_view type{};  ///< of the OCF agent schema: string, integer, boolean, time, select ...
  std::optional<std::string_view> default_value{};
  std::string_view choices{};  ///< of a select, separated by blanks
  bool advanced = false;       ///< for experts; clients hide it
  std::string_view summary{};
  std::string_view detail{};  ///< empty: the summary says it all
};

/// A daemon whose options clients ask for by running its program with `metadata`.
struct DaemonDescription {
  std::string_view program;  ///< pacemaker-based
  std::string_view title;
  std::string_view subject;
  std::span<const DaemonOption> options;
};

/// Finds a daemon by its program's name, without folders; nothing for a stranger.
const DaemonDescription* find_daemon(std::string_view program);

}  // namespace systole::crmd
