#pragma once

#include <optional>
#include <string_view>

#include "lib/base/result.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"

namespace systole::cib {

/// A patchset describes how one version of a CIB becomes another, as `<diff format="2">`: versions,
/// then deletions, then changes in document order of the result.

/// The patchset that turns `before` into `after`, both roots of CIBs; nothing when their contents
/// are equal. Elements are recognised by tag and id.
std::optional<xml::Document> create_patchset(xml::Element before, xml::Element after);

/// Sets the digest of the result, `after`, in a patchset.
void add_digest(xml::Document& patchset, xml::Element after);

/// Applies a patchset to a copy of the CIB that a client keeps. All or nothing: after an error the
/// document is as before. Errors: kNeedResync when the document is older than the patchset's
/// source, kOldData when it is newer, kPatchFailed when a place is missing or the digest differs;
/// kInvalidArgument when `patchset` is none.
base::Result<void> apply_patchset(xml::Document& document, xml::Element patchset);

struct PatchVersions {
  Version source;
  Version target;
};
base::Result<PatchVersions> patchset_versions(xml::Element patchset);

/// False for a patchset made without versions (crm_diff --no-version), as configuration shells send
/// them: it applies to whatever the document is at.
bool names_versions(xml::Element patchset);

}  // namespace systole::cib
