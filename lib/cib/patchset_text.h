#pragma once

#include <string>
#include <vector>

#include "lib/xml/element.h"

namespace systole::cib {

/// A patchset for people, a line for each thing: the versions, then "--" for what goes, "+" for
/// values that are set, "+~" for what moves and "++" for what is new.
std::vector<std::string> patchset_text(xml::Element patchset);

}  // namespace systole::cib
