#pragma once

#include <string>
#include <string_view>

namespace systole::daemon {

/// `text` as one line of valid UTF-8 without control characters, for a log that people search:
/// newlines and tabs become spaces, other control characters and bytes that are no UTF-8 become
/// '?'. What agents and clients send ends up in messages, and may be anything.
std::string printable(std::string_view text);

}  // namespace systole::daemon
