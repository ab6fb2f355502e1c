#pragma once

#include <string>

#include "crmd/core/operation.h"
#include "lib/xml/element.h"

namespace systole::crmd {

/// Appends the `lrm_resource` of the operation's resource to `resources`, empty.
xml::Element append_lrm_resource(xml::Element resources, const Operation& operation);

/// Appends the record of an operation that was just started.
void append_pending(xml::Element lrm_resource, const Operation& operation, std::int64_t now);

/// Appends the records of a result: the one of its kind, and one more of a failure.
void append_result(xml::Element lrm_resource, const OperationResult& result, bool failure);

/// Recorded as begun, with no word of its end.
bool is_pending(xml::Element entry);

/// Whether a demotion or a stop, which end monitoring, came after the recurring operation of this
/// entry. What it found stays on record until the coordinator ends it or it runs again.
bool was_overtaken(xml::Element lrm_resource, xml::Element entry);

/// The id under which an operation is recorded: RSC_last_0, or the key of a recurring one, of a
/// migration or a notification.
std::string history_id(const Operation& operation);

}  // namespace systole::crmd
