#pragma once

#include "lib/base/result.h"
#include "lib/cib/editor.h"
#include "lib/cib/request.h"

namespace systole::cib {

// What each modifying operation does to the document, before versions are counted and the result is
// validated. An error leaves the editor to be rolled back.

base::Result<void> modify(Editor& editor, const Request& request);
/// On kExists fills `failures` with the objects that exist.
base::Result<void> create(Editor& editor, const Request& request,
                          std::optional<xml::Document>& failures);
base::Result<void> replace(Editor& editor, const Request& request);
base::Result<void> remove(Editor& editor, const Request& request);
base::Result<void> erase(Editor& editor);
base::Result<void> bump(Editor& editor);
base::Result<void> apply_diff(Editor& editor, const Request& request);

/// Merges `input` into `target`: sets its attributes, merges children with the same tag and id,
/// appends the others. With `mixed`, removes what the input marks with `__delete__`.
void merge(Editor& editor, xml::Element target, xml::Element input, bool mixed);
/// Appends a copy of `input`, with counting values ("value++") starting from 0.
void append_new(Editor& editor, xml::Element parent, xml::Element input, bool mixed);

/// The section that a request works in, made when it is known and missing; the root without one.
xml::Element section_for_update(Editor& editor, std::string_view name);

/// Matches of the request's XPath: the first, or all with kMultiple. kNotFound for a bad
/// expression.
base::Result<std::vector<xml::Element>> xpath_targets(Editor& editor, const Request& request);

}  // namespace systole::cib
