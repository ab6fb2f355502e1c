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

/// The id under which an operation is recorded: RSC_last_0, or the key of a recurring one, of a
/// migration or a notification.
std::string history_id(const Operation& operation);

}  // namespace systole::crmd
