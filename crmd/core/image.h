#pragma once

#include <string>
#include <string_view>

#include "crmd/core/state.h"
#include "lib/base/result.h"

namespace systole::crmd {

/// The replicated state as bytes, for members that do not have it.
std::string encode_image(const ControllerState& state);

/// Replaces the replicated state. After an error nothing has changed.
base::Result<void> adopt_image(ControllerState& state, std::string_view bytes);

/// Equal for equal replicated state.
std::string replica_digest(const ControllerState& state);

}  // namespace systole::crmd
