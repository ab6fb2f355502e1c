#pragma once

#include "lib/xml/document.h"

namespace systole::crmd {

/// Says on standard error that nothing validates `cib`, where it asks for that.
void print_schema_notice(const xml::Document& cib);

}  // namespace systole::crmd
