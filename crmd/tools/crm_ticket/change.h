#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/client/cib_client.h"
#include "lib/xml/element.h"

namespace systole::crmd::crm_ticket {

/// What is to become of a ticket's state, in one change that is made as a whole or not at all.
struct Change {
  /// Attributes to set; a name that comes twice has its last value.
  std::vector<std::pair<std::string, std::string>> set = {};
  /// Attributes to delete before that.
  std::vector<std::string> remove = {};

  bool empty() const { return set.empty() && remove.empty(); }
  /// Whether the attribute is set; its value then, else null.
  const std::string* value_of(std::string_view name) const;
  bool removes(std::string_view name) const;
};

/// The moment and the ticket that a change is about.
struct ChangeContext {
  std::string ticket;
  /// Its state as it is now; null when it has none.
  xml::Element state = {};
  bool was_granted = false;
  /// Seconds of the epoch: what a ticket that this change grants gets for `last-granted`.
  std::int64_t now = 0;
};

/// Makes the change in the CIB. A ticket without a state gets one, unless there is nothing to set.
base::Result<void> apply(client::CibClient& cib, const Change& change,
                         const ChangeContext& context);

/// Deletes the ticket's state.
base::Result<void> forget(client::CibClient& cib, const std::string& ticket);

}  // namespace systole::crmd::crm_ticket
