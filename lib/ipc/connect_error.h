#pragma once

#include <string_view>

#include "lib/base/result.h"

namespace systole::ipc {

/// The error for a connection to the service `name` that failed with the errno `code`.
base::Error connect_error(std::string_view name, int code);

/// The same for callers to whom a daemon that ends while they connect is one that is not there.
base::Error as_absent(base::Error error);

}  // namespace systole::ipc
