#pragma once

#include <string>
#include <vector>

#include "crmd/core/state.h"
#include "lib/xml/document.h"

namespace systole::crmd {

// What access control says of requests that end as changes of the status section. The CIB's own
// operations are checked by the document.

/// On whose behalf a request comes.
struct Actor {
  std::string user;
  std::vector<std::string> groups;
};

template <typename Request>
Actor actor_of(const Request& request) {
  return {request.user, request.groups};
}

/// Whether the actor may delete what the path names. What is not there may be deleted.
bool may_delete(ControllerState& state, const Actor& actor, const std::string& path);

/// Whether the actor may merge `status` into the status section.
bool may_modify_status(ControllerState& state, const Actor& actor, const xml::Document& status);

}  // namespace systole::crmd
