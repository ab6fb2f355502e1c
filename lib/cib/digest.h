#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/xml/element.h"

namespace systole::cib {

/// The digest of a whole CIB in patchsets, pings and replacements ("v2"): over the text without the
/// attributes that say who wrote it.
std::string document_digest(xml::Element root);

/// The digest of the signature file ("v1"), over all attributes. For the file on disk: of the CIB
/// without its status section.
std::string file_digest(xml::Element root);

/// A parameter of an operation.
using Parameter = std::pair<std::string, std::string>;

/// The digest of an operation's parameters (`op-digest` and its kin). The caller has chosen which
/// parameters count.
std::string parameters_digest(std::vector<Parameter> parameters);

}  // namespace systole::cib
