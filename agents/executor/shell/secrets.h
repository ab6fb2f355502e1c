#pragma once

#include <string>

#include "agents/executor/core/types.h"
#include "lib/base/result.h"

namespace systole::executor {

/// Replaces the placeholder "lrm://" of parameters by the values that `cibsecret` keeps on this
/// node: FOLDER/RESOURCE/PARAMETER, with their MD5 in PARAMETER.sign. The error names the first
/// parameter whose value is missing (kNoSuchFile) or does not match its digest (kDigestMismatch).
base::Result<void> substitute_secrets(Operation& operation, const std::string& folder);

/// Takes out the parameters whose value is a placeholder. A resource must be stopped even where its
/// secrets are not known, and no agent ever sees the placeholder as a password.
void drop_placeholders(Operation& operation);

}  // namespace systole::executor
