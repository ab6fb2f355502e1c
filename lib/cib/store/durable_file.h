#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::cib {

/// The error of the last system call, errno, about file `path`: kNoSpace, kPermission, kNoSuchFile
/// or kIo. `what` completes "cannot ...".
base::Error file_error(std::string_view what, const std::string& path);

/// The content of a file; nothing when there is none of that name. kTooLarge over `size_max`.
base::Result<std::optional<std::string>> read_file(const std::string& path, std::size_t size_max);

/// Makes `text` the content of a new file and returns when the disk has it. A file of that name is
/// emptied first: give a name that nobody reads yet. What root writes belongs to the folder's owner
/// and group.
base::Result<void> write_file(const std::string& path, std::string_view text);

/// Returns when the disk has the names in `folder`.
base::Result<void> flush_folder(const std::string& folder);

/// Replaces file `path`, or makes it, at once: whoever reads it finds the old or the new content,
/// also after a crash.
base::Result<void> replace_file(const std::string& path, std::string_view text);

}  // namespace systole::cib
