#pragma once

#include "lib/base/result.h"
#include "lib/cib/editor.h"

namespace systole::cib {

/// Raises `validate-with` to the newest schema, which the caller then validates with. Errors:
/// kSchemaUnchanged when there is none newer; kTransform when the document is of a version whose
/// language has to be rewritten first.
base::Result<void> upgrade(Editor& editor);

}  // namespace systole::cib
