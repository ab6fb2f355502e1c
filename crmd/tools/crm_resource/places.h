#pragma once

#include <string>
#include <vector>

#include "crmd/tools/crm_resource/context.h"
#include "lib/base/result.h"

namespace systole::crmd::crm_resource {

/// Which of the constraints made by earlier moves and bans are meant.
struct ClearFilter {
  std::string resource;
  std::string node = {};        ///< only about this node; empty: about any
  bool any_preference = false;  ///< moves to other nodes too
  bool expired_only = false;    ///< only those whose lifetime has ended
};

/// Removes them. Returns the ids of what was there.
base::Result<std::vector<std::string>> clear_constraints(Context& context,
                                                         const ClearFilter& filter);

/// Forbids the resource on a node, without a word.
base::Result<void> ban_from_node(Context& context, const std::string& resource,
                                 const std::string& node);

}  // namespace systole::crmd::crm_resource
