#pragma once

#include <string_view>

#include "lib/base/result.h"

namespace systole::ipc {

/// The error for a connection to the service `name` that failed with the errno `code`.
base::Error connect_error(std::string_view name, int code);

}  // namespace systole::ipc
