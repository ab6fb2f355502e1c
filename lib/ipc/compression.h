#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::ipc {

/// `bytes` as a bzip2 stream.
base::Result<std::string> compress(std::string_view bytes);

/// Unpacks a bzip2 stream that must yield exactly `expected_size` bytes. Memory grows with what is
/// really unpacked, so a false size costs nothing, and unpacking stops as soon as there is more.
base::Result<std::string> decompress(std::string_view stream, std::size_t expected_size);

}  // namespace systole::ipc
