#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {

void print_tickets(const View& view, Page& page) {
  const auto& tickets = view.status->snapshot->tickets;
  if (tickets.empty()) return;
  page.begin("Tickets");
  for (const model::TicketState& ticket : tickets) {
    page.output().item(base::cat(ticket.id, ":", ticket.granted ? " granted" : " revoked",
                                 ticket.standby ? " [standby]" : ""));
  }
  page.end();
}

void add_tickets_xml(const View& view, cli::Element& root) {
  const auto& tickets = view.status->snapshot->tickets;
  if (tickets.empty()) return;
  cli::Element& list = root.add("tickets");
  for (const model::TicketState& ticket : tickets) {
    list.add("ticket")
        .set("id", ticket.id)
        .set("status", ticket.granted ? "granted" : "revoked")
        .set("standby", ticket.standby);
  }
}

}  // namespace systole::crmd::monitor
