#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/xml/document.h"

namespace systole::crmd {

/// Where a tool is told to take XML from.
struct XmlInput {
  enum class Kind { kText, kFile, kStandardInput };
  Kind kind = Kind::kStandardInput;
  /// The text, or the file's name.
  std::string value = {};

  /// What to call it in a message.
  std::string name() const;
};

/// Reads one document. Errors: kNoSuchFile, kPermission, kInvalidArgument for text that is no XML.
base::Result<xml::Document> read_xml(const XmlInput& input);

}  // namespace systole::crmd
