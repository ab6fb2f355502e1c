#pragma once

#include <string>

#include "crmd/tools/crm_resource/context.h"

namespace systole::crmd::crm_resource {

/// Which failures to forget.
struct CleanupOptions {
  std::string operation = {};  ///< only of this operation
  std::string interval = {};   ///< of that operation
  bool failures_only = false;  ///< only where something has failed, when no resource is named
};

/// Forgets the failures and the history of what the context names, or of everything, and waits for
/// the controllers' answers.
cli::ExitCode clean_up_history(Context& context, const CleanupOptions& options);

}  // namespace systole::crmd::crm_resource
