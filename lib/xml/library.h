#pragma once

namespace systole::xml {

/// Prepares libxml2 once in the process and silences its printing. Every entry point calls it.
void prepare_library();

}  // namespace systole::xml
