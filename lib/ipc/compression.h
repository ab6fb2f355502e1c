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

/// Whether `bytes` begin as a bzip2 stream does; no XML begins like that.
bool is_compressed(std::string_view bytes);

/// Unpacks a bzip2 stream of unknown size, as the scheduler's inputs are kept in.
base::Result<std::string> decompress_all(std::string_view stream);

}  // namespace systole::ipc
