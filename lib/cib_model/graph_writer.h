#pragma once

#include <string>

#include "lib/model/graph.h"
#include "lib/xml/write.h"

namespace systole::cib_model {

/// The XML form of a transition graph, as files and peers exchange it. Written without a document
/// in between, because graphs are large.
std::string graph_text(const model::TransitionGraph& graph, xml::Layout layout);

/// The `attributes` element of an action alone, on one line.
std::string attributes_text(const model::GraphAction& action);

}  // namespace systole::cib_model
