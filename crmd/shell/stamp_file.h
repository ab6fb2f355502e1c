#pragma once

#include <map>
#include <string>
#include <string_view>

#include "crmd/core/types.h"
#include "lib/base/result.h"

namespace systole::crmd {

/// The stamps of CIBs by the signatures of their files. While a new CIB replaces an old one on
/// disk, the file holds the stamps of both, so that whichever is found after a power cut has its
/// own; a CIB that was edited by hand has none.
using Stamps = std::map<std::string, Stamp>;

std::string encode_stamps(const Stamps& stamps);

/// kIo for text that encode_stamps() did not make.
base::Result<Stamps> decode_stamps(std::string_view text);

/// The stamp of the CIB with `signature`. What was promised counts whichever CIB it was promised
/// with: a node that forgets a promise could help two components to the same generation.
Stamp stamp_for(const Stamps& stamps, std::string_view signature);

/// Reads the file; nothing in it when it does not exist.
base::Result<Stamps> load_stamps(const std::string& path);

/// Replaces the file atomically and returns when the disk has it.
base::Result<void> save_stamps(const std::string& path, const Stamps& stamps);

}  // namespace systole::crmd
