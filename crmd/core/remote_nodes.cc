#include "crmd/core/remote_nodes.h"

#include "crmd/core/change.h"
#include "crmd/core/coordination.h"
#include "lib/base/strings.h"
#include "lib/cib/sections.h"

namespace systole::crmd {
namespace {

/// A connection resource of the configuration has the node's name; a guest's is made by the plan.
bool has_connection_resource(xml::Element element, std::string_view name) {
  for (const xml::Element child : element.children()) {
    if (child.is("primitive")) {
      if (child.id() == name && child.attribute_or("type", "") == "remote") return true;
    } else if (has_connection_resource(child, name)) {
      return true;
    }
  }
  return false;
}

void write_node_state(ControllerState& state, const std::string& name, const char* in_ccm,
                      const char* fenced, Cause cause) {
  const xml::Document status = xml::Document::create("status");
  xml::Element entry = status.root().append("node_state");
  entry.set_attribute("id", name);
  entry.set_attribute("uname", name);
  entry.set_attribute("remote_node", "true");
  if (in_ccm != nullptr) entry.set_attribute("in_ccm", in_ccm);
  if (fenced != nullptr) entry.set_attribute("node_fenced", fenced);
  entry.set_attribute("crm-debug-origin", "remote_nodes");
  modify_status(state, status, cause);
}

}  // namespace

void remote_node_fenced(ControllerState& state, const message::Fenced& message) {
  const std::string& name = message.target;
  // A name that cannot stand inside the quotes of a path names nothing; without a record of the
  // node there is nothing to erase.
  if (name.find('\'') != std::string::npos || !node_state(state, name)) return;
  const std::string path = base::cat("/cib/status/node_state[@id='", name, "']");
  const xml::Element resources =
      cib::find_section(state.replica.document.root(), *cib::section_named("resources"));
  const bool connected = resources && has_connection_resource(resources, name);
  // A guest is fenced by the plan alone.
  const bool expected = !connected || awaits_fencing(state, message);
  const Cause cause = expected ? Cause::kExpected : Cause::kOutside;
  delete_path(state, path + "/lrm", cause);
  delete_path(state, path + "/transient_attributes", cause);
  state.replica.attributes.erase_node(name);
  write_node_state(state, name, "false", connected ? "1" : nullptr, cause);
}

bool makes_connection(const Operation& operation) {
  const bool connection = operation.standard == "ocf" && operation.provider == "pacemaker" &&
                          operation.type == "remote";
  return connection && (operation.task == "start" || operation.task == "migrate_from");
}

void remote_node_connected(ControllerState& state, const Operation& connection) {
  if (!node_state(state, connection.resource)) return;
  write_node_state(state, connection.resource, "true", "0", Cause::kExpected);
}

}  // namespace systole::crmd
