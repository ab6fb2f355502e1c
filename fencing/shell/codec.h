#pragma once

#include <string>
#include <string_view>

#include "fencing/core/message.h"
#include "lib/base/result.h"

namespace systole::fencing {

/// The bytes in which fencers send a message to each other. Long outputs of agents are cut.
std::string encode(const Message& message);

/// Reads them. kProtocol for bytes that are no message, kVersion for one of a newer format.
base::Result<Message> decode(std::string_view bytes);

}  // namespace systole::fencing
