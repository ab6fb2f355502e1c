#pragma once

#include <optional>

#include "policy/status/status.h"

namespace systole::policy {

/// The resource that an entry of a node's history is about; for anonymous clones the instance that
/// the entry is taken for. Nothing where the configuration knows none.
std::optional<RscId> map_entry(Status& status, NodeId node, const model::HistoryResource& record);

/// Remembers the name under which histories know the resource.
void name_after_history(Status& status, RscId rsc, model::Text name);

}  // namespace systole::policy
