#include <optional>
#include <string>
#include <vector>

#include "crmd/tools/crm_ticket/tickets.h"
#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {

namespace {

/// When the ticket was last granted, in words; nothing when that was never written.
std::optional<std::string> grant_time(const crm_ticket::Ticket& ticket) {
  if (!ticket.last_granted || *ticket.last_granted < 0) return std::nullopt;
  return local_time_text(*ticket.last_granted);
}

}  // namespace

void print_tickets(const View& view, Page& page) {
  const std::vector<crm_ticket::Ticket> tickets = crm_ticket::read_tickets(view.cib);
  if (tickets.empty()) return;
  page.begin("Tickets");
  for (const crm_ticket::Ticket& ticket : tickets) {
    const auto time = grant_time(ticket);
    page.output().item(base::cat(ticket.id, page.output().is_text() ? ": " : ":\t",
                                 ticket.granted ? "granted" : "revoked",
                                 ticket.standby ? " [standby]" : "",
                                 time ? base::cat(" last-granted=\"", *time, "\"") : ""));
  }
  page.end();
}

void add_tickets_xml(const View& view, cli::Element& root) {
  const std::vector<crm_ticket::Ticket> tickets = crm_ticket::read_tickets(view.cib);
  if (tickets.empty()) return;
  cli::Element& list = root.add("tickets");
  for (const crm_ticket::Ticket& ticket : tickets) {
    cli::Element& element = list.add("ticket")
                                .set("id", ticket.id)
                                .set("status", ticket.granted ? "granted" : "revoked")
                                .set("standby", ticket.standby);
    if (const auto time = grant_time(ticket)) element.set("last-granted", *time);
  }
}

}  // namespace systole::crmd::monitor
