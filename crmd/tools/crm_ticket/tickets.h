#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/xml/element.h"

namespace systole::crmd::crm_ticket {

/// What a site knows of a ticket.
struct Ticket {
  std::string id;
  bool granted = false;
  bool standby = false;
  /// When it was last granted, in seconds of the epoch; absent when that was never written.
  std::optional<std::int64_t> last_granted = {};
  /// Every attribute of its state but the id, as written, in the order in which they are shown.
  std::vector<std::pair<std::string, std::string>> attributes = {};

  /// The value of an attribute; null when there is none.
  const std::string* attribute(std::string_view name) const;
};

/// The tickets of `cib` in the order in which they are shown: those that have a state, and those
/// that only constraints name, which are revoked. Several states of one ticket are one.
std::vector<Ticket> read_tickets(xml::Element cib);

/// The ticket called `id`; null when there is none.
const Ticket* find_ticket(const std::vector<Ticket>& tickets, std::string_view id);

/// The elements <ticket_state> with this id; more than one only in a CIB that no schema checked.
std::vector<xml::Element> ticket_states(xml::Element cib, std::string_view id);

/// The element around all states; null when there is none.
xml::Element all_states(xml::Element cib);

/// The elements <rsc_ticket> that depend on the ticket `id`; on any when `id` is absent.
std::vector<xml::Element> ticket_constraints(xml::Element cib,
                                             const std::optional<std::string>& id);

}  // namespace systole::crmd::crm_ticket
