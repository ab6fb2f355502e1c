#pragma once

#include <optional>
#include <string_view>

#include "crmd/core/requests.h"
#include "crmd/core/types.h"

namespace systole::crmd {

/// The change of the CIB that PCMK_node_start_state asks for when the node's cluster software
/// starts: `standby` or `online`; nothing for `default` and for other words.
std::optional<CibRequest> start_state_request(std::string_view state, NodeNumber node,
                                              std::string_view node_name);

}  // namespace systole::crmd
