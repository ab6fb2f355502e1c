#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::ocf {

/// What the CIB holds instead of a parameter's value that only the nodes know.
inline constexpr std::string_view kSecretPlaceholder = "lrm://";

/// Where `cibsecret` keeps a node's secret values: RESOURCE/PARAMETER below it, with the value's
/// MD5 in RESOURCE/PARAMETER.sign.
inline constexpr std::string_view kSecretsFolder = "/var/lib/pacemaker/lrm/secrets";

/// The secret value of a resource's parameter on this node. The error says which parameter and why:
/// kNoSuchFile when the value or its digest is missing, kDigestMismatch when they do not belong
/// together.
base::Result<std::string> read_secret(const std::string& folder, std::string_view resource,
                                      std::string_view parameter);

}  // namespace systole::ocf
