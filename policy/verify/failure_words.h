#pragma once

#include "policy/status/status.h"
#include "policy/verify/problem.h"

namespace systole::policy::verify {

/// Adds what is to be said of a failure on record, if anything is.
void describe_failure(const Status& status, const remark::FailureRecorded& failure,
                      Problems& problems);

}  // namespace systole::policy::verify
