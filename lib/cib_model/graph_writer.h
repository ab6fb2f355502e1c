#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/model/graph.h"
#include "lib/xml/write.h"

namespace systole::cib_model {

/// Takes the next piece of a text.
using TextSink = std::function<void(std::string_view)>;

/// The XML form of a transition graph, as files and peers exchange it: in pieces of some 64 KiB and
/// without a document in between, because graphs are large.
void write_graph(const model::TransitionGraph& graph, xml::Layout layout, const TextSink& sink);
/// The same as one text.
std::string graph_text(const model::TransitionGraph& graph, xml::Layout layout);

}  // namespace systole::cib_model
