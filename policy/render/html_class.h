#pragma once

#include <string_view>
#include <vector>

#include "lib/cli/html_page.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// The class of the stylesheet that a primitive's line has in HTML.
std::string_view resource_class(const Resource& rsc);

/// What a node is like, word by word, each with its class: " online", " (in standby)".
std::vector<cli::Span> node_state_spans(const Status& status, NodeId node);

/// The line of a node in a list where each has its own: its name and its state.
std::vector<cli::Span> node_spans(const Status& status, NodeId node, bool detail);

}  // namespace systole::policy::render
