#pragma once

#include "lib/base/result.h"
#include "lib/cib/editor.h"
#include "lib/cib/patchset.h"

namespace systole::cib {

/// kNeedResync or kOldData when a patchset between `versions` does not fit a document at `current`.
base::Result<void> check_patch_versions(const PatchVersions& versions, const Version& current);

/// Makes the changes of a patchset, without looking at versions and digest. Errors: kPatchFailed,
/// naming the change whose place is missing; the editor is to be rolled back then.
base::Result<void> apply_changes(Editor& editor, xml::Element patchset);

}  // namespace systole::cib
