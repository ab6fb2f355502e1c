#pragma once

#include "lib/cli/output.h"
#include "policy/status/status.h"
#include "policy/tool/cluster_copy.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// Does to `cluster`, whose status is `status`, what the command line asks for, and shows it. What
/// cannot be done is reported and left out.
void inject(const Settings& settings, const Status& status, ClusterCopy& cluster,
            cli::Output& output);

}  // namespace systole::policy::tool
