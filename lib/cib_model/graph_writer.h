#pragma once

#include "lib/model/graph.h"
#include "lib/xml/document.h"

namespace systole::cib_model {

/// The XML form of a transition graph, as files and peers exchange it.
xml::Document to_xml(const model::TransitionGraph& graph);

/// The `attributes` element of an action; an executor's parameters and an operation's digest are
/// made from it.
void append_attributes(const model::GraphAction& action, xml::Element parent);

}  // namespace systole::cib_model
