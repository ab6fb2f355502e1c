#pragma once

#include <string_view>

#include "lib/base/result.h"
#include "lib/cib/editor.h"
#include "lib/xml/document.h"

namespace systole::cib {

/// A configuration language is a first number of schema versions ("pacemaker-3.N"): newer grammars
/// of one language accept what older ones do, from one language to the next documents are
/// rewritten. 0 for a name that is no schema's.
int language_of(std::string_view schema);

/// The oldest language that the readers of configurations understand as it is.
inline constexpr int kOldestReadLanguage = 3;

/// Whether a CIB has to be rewritten before it can be read. Costs a look at one attribute.
bool needs_rewriting(xml::Element root);

/// Rewrites a whole CIB of schema 1.0 or newer, in place, into the language of the schema `target`,
/// and names that in `validate-with`; the version of the CIB stays. Nothing happens to a document
/// that has the target's language or a newer one, but for the name. What a later language has no
/// words for is dropped. The result is not validated. Errors: kSchema for a schema that is unknown
/// or not named, kTransform for one from before 1.0.
base::Result<void> rewrite(xml::Element root, std::string_view target);

/// Brings a CIB to the schema `target` as a change of its configuration; the caller validates the
/// result. Errors: those of rewrite(), and kSchemaUnchanged when the document is there already.
base::Result<void> upgrade(Editor& editor, std::string_view target);

}  // namespace systole::cib
