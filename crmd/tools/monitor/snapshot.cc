#include "crmd/tools/monitor/snapshot.h"

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "policy/placement/tickets.h"

namespace systole::crmd::monitor {

base::Result<Snapshot> take_snapshot(const xml::Document& cib, const Settings& settings,
                                     std::int64_t now) {
  base::Result<model::Snapshot> read =
      cib_model::read_snapshot(cib.root(), {.now = now, .explicit_now = true});
  if (!read) return read.error();
  Snapshot snapshot;
  snapshot.model = std::make_unique<model::Snapshot>(*std::move(read));
  snapshot.status = std::make_unique<policy::Status>(policy::read_status(*snapshot.model));
  snapshot.view = settings.view;
  View& view = snapshot.view;
  view.counts = policy::render::count_resources(*snapshot.status);
  // Whoever asks for tickets wants to see what a lost one does.
  if (view.sections.has(Section::kTickets) || view.sections.has(Section::kBans)) {
    policy::apply_ticket_losses(*snapshot.status);
  }
  view.status = snapshot.status.get();
  view.cib = cib.root();
  view.now = now;
  if (!view.headers) view.sections.set(Sections::summary(), false);
  if (!settings.node.empty()) {
    policy::render::show_only_node(*snapshot.status, settings.node, view.list);
  }
  if (!settings.resource.empty()) {
    policy::render::show_only_resource(*snapshot.status, settings.resource, view.list);
  }
  return snapshot;
}

}  // namespace systole::crmd::monitor
