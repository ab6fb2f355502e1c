#pragma once

#include <cstdint>
#include <string>

#include "lib/base/result.h"

namespace systole::crmd {

/// A UUID from the system's random source.
base::Result<std::string> random_uuid();

/// 64 bits from the system's random source.
base::Result<std::uint64_t> random_number();

/// The token in file `path`, which lies in a folder that does not survive a reboot: it is made when
/// there is none, so it tells one uptime of the node from the next. Errors name the file.
base::Result<std::string> uptime_token(const std::string& path);

}  // namespace systole::crmd
