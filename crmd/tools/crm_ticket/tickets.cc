#include "crmd/tools/crm_ticket/tickets.h"

#include <algorithm>

#include "lib/model/scalars.h"
#include "policy/placement/glib_order.h"

namespace systole::crmd::crm_ticket {
namespace {

xml::Element descend(xml::Element cib, std::string_view section, std::string_view name) {
  const xml::Element outer = cib.first_child(section);
  return outer ? outer.first_child(name) : xml::Element();
}

Ticket& ticket_called(std::vector<Ticket>& tickets, std::string_view id) {
  const auto found = std::find_if(tickets.begin(), tickets.end(),
                                  [id](const Ticket& ticket) { return ticket.id == id; });
  if (found != tickets.end()) return *found;
  return tickets.emplace_back(Ticket{.id = std::string(id)});
}

void read_state(xml::Element state, Ticket& ticket) {
  for (const xml::Attribute attribute : state.attributes()) {
    if (attribute.name == "id") continue;
    const auto known = std::find_if(ticket.attributes.begin(), ticket.attributes.end(),
                                    [&](const auto& one) { return one.first == attribute.name; });
    if (known != ticket.attributes.end()) {
      known->second = attribute.value;
    } else {
      ticket.attributes.emplace_back(attribute.name, attribute.value);
    }
  }
  if (const auto value = state.attribute("granted")) ticket.granted = model::is_true(*value);
  if (const auto value = state.attribute("standby")) ticket.standby = model::is_true(*value);
  if (const auto value = state.attribute("last-granted")) {
    ticket.last_granted = model::leading_integer(*value).value_or(0);
  }
}

/// Sorts distinct things by name the way clusters have always shown them.
template <typename T, typename NameOf>
std::vector<T> in_shown_order(std::vector<T> things, NameOf name_of) {
  std::vector<model::Text> names;
  names.reserve(things.size());
  for (const T& thing : things) names.push_back(name_of(thing));
  std::vector<T> out;
  out.reserve(things.size());
  for (const model::Text name : policy::glib_order(names)) {
    out.push_back(*std::find_if(things.begin(), things.end(),
                                [&](const T& thing) { return name_of(thing) == name; }));
  }
  return out;
}

void collect_constraints(xml::Element parent, const std::optional<std::string>& id,
                         std::vector<xml::Element>& out) {
  for (const xml::Element element : parent.children("rsc_ticket")) {
    const auto ticket = element.attribute("ticket");
    if (!id || (ticket && *ticket == *id)) out.push_back(element);
  }
}

}  // namespace

const std::string* Ticket::attribute(std::string_view name) const {
  for (const auto& one : attributes) {
    if (one.first == name) return &one.second;
  }
  return nullptr;
}

std::vector<Ticket> read_tickets(xml::Element cib) {
  std::vector<Ticket> tickets;
  if (const xml::Element states = all_states(cib)) {
    for (const xml::Element state : states.children("ticket_state")) {
      read_state(state, ticket_called(tickets, state.id()));
    }
  }
  for (const xml::Element constraint : ticket_constraints(cib, std::nullopt)) {
    if (const auto id = constraint.attribute("ticket")) ticket_called(tickets, *id);
  }
  for (Ticket& ticket : tickets) {
    ticket.attributes = in_shown_order(std::move(ticket.attributes),
                                       [](const auto& one) { return model::Text(one.first); });
  }
  return in_shown_order(std::move(tickets),
                        [](const Ticket& ticket) { return model::Text(ticket.id); });
}

const Ticket* find_ticket(const std::vector<Ticket>& tickets, std::string_view id) {
  for (const Ticket& ticket : tickets) {
    if (ticket.id == id) return &ticket;
  }
  return nullptr;
}

std::vector<xml::Element> ticket_states(xml::Element cib, std::string_view id) {
  std::vector<xml::Element> out;
  if (const xml::Element states = all_states(cib)) {
    for (const xml::Element state : states.children("ticket_state")) {
      if (state.id() == id) out.push_back(state);
    }
  }
  return out;
}

xml::Element all_states(xml::Element cib) {
  return descend(cib, "status", "tickets");
}

std::vector<xml::Element> ticket_constraints(xml::Element cib,
                                             const std::optional<std::string>& id) {
  std::vector<xml::Element> out;
  if (const xml::Element constraints = descend(cib, "configuration", "constraints")) {
    collect_constraints(constraints, id, out);
  }
  return out;
}

}  // namespace systole::crmd::crm_ticket
