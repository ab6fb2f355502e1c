#pragma once

#include <string>

namespace systole::fencing {

/// What `pacemaker-fenced metadata` prints: the parameters that every fence device takes, in the
/// form of an OCF agent's metadata (OCF 1.1).
std::string device_parameters_metadata();

}  // namespace systole::fencing
