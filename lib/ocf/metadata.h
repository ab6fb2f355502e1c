#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/duration.h"
#include "lib/base/result.h"

namespace systole::ocf {

struct ParameterMetadata {
  std::string name{};
  std::string short_description{};
  std::string long_description{};
  std::string type = "string";
  std::optional<std::string> default_value{};
  std::vector<std::string> choices{};  ///< of type select
  std::string unique_group{};          ///< empty: none
  bool required = false;
  bool reloadable = false;  ///< a change needs no restart; `unique="0"` says so in OCF 1.0
  bool deprecated = false;
  bool secret = false;  ///< private="1": its value is to be shown to nobody
  /// unique="1": a change needs a restart, and two resources may not share the value.
  bool unique = false;
};

struct ActionMetadata {
  std::string name{};
  std::string role{};
  std::optional<base::Milliseconds> timeout{};
  std::optional<base::Milliseconds> interval{};
  std::optional<base::Milliseconds> start_delay{};
  std::string depth{};
  bool automatic = false;  ///< of a fence agent's `on`: nodes are unfenced when they join
  bool on_target = false;
};

/// What an agent says about itself (`meta-data`).
struct Metadata {
  std::string name{};
  std::string version{};
  std::string ocf_version{};
  std::string short_description{};
  std::string long_description{};
  std::vector<ParameterMetadata> parameters{};
  std::vector<ActionMetadata> actions{};

  const ParameterMetadata* parameter(std::string_view wanted) const;
  /// The first action with this name.
  const ActionMetadata* action(std::string_view wanted) const;
};

/// Reads what an agent printed: OCF 1.0 and 1.1, and fence agents. Text before the first tag and a
/// DOCTYPE without declarations are skipped, unreadable numbers are absent. kInvalidArgument when
/// it is not well-formed XML or its root is not `resource-agent`, kTooLarge over 1 MiB.
base::Result<Metadata> parse_metadata(std::string_view text);

}  // namespace systole::ocf
