#pragma once

#include "crmd/tools/monitor/options.h"
#include "lib/base/result.h"

namespace systole::crmd::monitor {

/// Draws the page on the terminal whenever the cluster changes, and at each interval, until 'q'.
/// The page stays on the screen, with a remark, while the cluster cannot be reached.
base::Result<void> watch_cluster(const Settings& settings);

/// What a key does on the interactive page.
struct KeyBinding {
  char key;
  Section section;
  std::string_view what;
};

/// Changes what the page shows as `key` asks; false for a key without a meaning.
bool apply_key(char key, Settings& settings);

/// The page that explains the keys.
std::string key_help(const Settings& settings);

}  // namespace systole::crmd::monitor
