#pragma once

#include "lib/xml/document.h"

namespace systole::cib {

/// A CIB with nothing in its sections, at version 0.0.0 and the newest schema.
xml::Document empty_cib();

}  // namespace systole::cib
