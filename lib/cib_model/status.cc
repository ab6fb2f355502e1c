#include "lib/cib_model/histories.h"
#include "lib/cib_model/reader.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

model::NodeState read_node_state(Reader& reader, xml::Element element, Histories* histories) {
  model::NodeState out;
  out.id = reader.text(element, "id");
  out.name = reader.text(element, "uname");
  out.in_ccm = reader.text(element, "in_ccm");
  out.crmd = reader.text(element, "crmd");
  out.join = reader.text(element, "join");
  out.expected = reader.text(element, "expected");
  out.node_fenced = reader.text(element, "node_fenced");
  out.node_in_maintenance = reader.text(element, "node_in_maintenance");
  out.remote = model::is_true(element.attribute_or("remote_node", "false"));
  out.attributes =
      reader.attribute_sets(element.first_child("transient_attributes"), "instance_attributes");
  const xml::Element lrm = element.first_child("lrm");
  const xml::Element resources = lrm ? lrm.first_child("lrm_resources") : xml::Element();
  if (!resources) return out;
  if (histories != nullptr) out.history = histories->take(resources);
  for (const xml::Element resource : resources.children("lrm_resource")) {
    const model::HistoryResource* last = out.history.empty() ? nullptr : &out.history.back();
    out.history.push_back(read_history(reader.pool(), resource, last));
  }
  return out;
}

}  // namespace

void read_status(Reader& reader, xml::Element status, Histories* histories,
                 model::Snapshot& snapshot) {
  for (const xml::Element element : status.children()) {
    if (element.is("node_state")) {
      snapshot.states.push_back(read_node_state(reader, element, histories));
    } else if (element.is("tickets")) {
      for (const xml::Element ticket : element.children("ticket_state")) {
        snapshot.tickets.push_back({reader.text(ticket, "id"),
                                    model::is_true(ticket.attribute_or("granted", "false")),
                                    model::is_true(ticket.attribute_or("standby", "false"))});
      }
    }
  }
}

}  // namespace systole::cib_model
