#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/xml/element.h"

namespace systole::xml {

/// Evaluates an XPath 1.0 expression with `context` as the context node; "/" is its document. The
/// matches come in document order, without comments; a matched attribute stands for its element,
/// the document node for the root. Expressions are compiled once per thread and bounded in work.
/// Errors: kInvalidArgument for an expression that is none, does not yield nodes, or costs too
/// much.
base::Result<std::vector<Element>> xpath(Element context, std::string_view expression);

/// The path that names one element: "/cib/configuration/x[@id='i']", each step with its `id` when
/// it has one. A comment ends in "/comment".
std::string path_of(Element element);

/// The element at a path of that form, walking down from `root`, whose tag is the first step; null
/// when there is none. Much cheaper than xpath(); accepts no other expressions.
Element at_path(Element root, std::string_view path);

}  // namespace systole::xml
