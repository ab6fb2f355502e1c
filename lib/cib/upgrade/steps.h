#pragma once

#include "lib/xml/element.h"

namespace systole::cib {

// Each rewrites a whole CIB, given by its root, from the last version of one language into the
// first of the next. What the next language has no words for goes. Documents that do not fit their
// schema are rewritten as far as they are understood; what comes out is to be validated.

/// Permissions: users and their rights become targets with roles, and typed permissions.
void rewrite_for_2(xml::Element root);

/// Names with underscores, defaults among the cluster's options, operations' options among their
/// parameters, the old spellings of fence devices' parameters, and what no longer exists.
void rewrite_for_3(xml::Element root);

/// References are resolved, promotable clones and bundles are spelled as such, and what Pacemaker 3
/// has dropped goes.
void rewrite_for_4(xml::Element root);

}  // namespace systole::cib
