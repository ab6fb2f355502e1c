#pragma once

#include <string_view>

#include "lib/xml/element.h"

namespace systole::cib {

/// A part of the CIB that requests can name.
struct Section {
  std::string_view name;
  std::string_view parent;  ///< tag of the element that holds it; empty for the root
};

/// The section of that name; null for a name that is none. "all" is the root.
const Section* section_named(std::string_view name);

/// The element of `section` below the root of a CIB; null when the document lacks it.
xml::Element find_section(xml::Element root, const Section& section);

/// The element that a request for `name` means: the root for an unknown or empty name, null for a
/// known one that the document lacks.
xml::Element section_or_root(xml::Element root, std::string_view name);

}  // namespace systole::cib
