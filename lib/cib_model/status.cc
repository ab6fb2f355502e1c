#include <array>
#include <charconv>
#include <utility>

#include "lib/cib_model/reader.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

using model::HistoryOperation;
using model::Text;

constexpr std::array<std::pair<std::string_view, Text HistoryOperation::*>, 15> kTexts = {{
    {"id", &HistoryOperation::id},
    {"operation_key", &HistoryOperation::key},
    {"operation", &HistoryOperation::operation},
    {"transition-key", &HistoryOperation::transition_key},
    {"transition-magic", &HistoryOperation::transition_magic},
    {"op-digest", &HistoryOperation::digest},
    {"op-restart-digest", &HistoryOperation::restart_digest},
    {"op-force-restart", &HistoryOperation::force_restart},
    {"op-secure-digest", &HistoryOperation::secure_digest},
    {"op-secure-params", &HistoryOperation::secure_params},
    {"exit-reason", &HistoryOperation::exit_reason},
    {"on_node", &HistoryOperation::on_node},
    {"migrate_source", &HistoryOperation::migrate_source},
    {"migrate_target", &HistoryOperation::migrate_target},
    {"exec-time", &HistoryOperation::exec_time},
}};

std::optional<int> small_integer(std::string_view text) {
  const auto value = model::leading_integer(text);
  if (!value || *value < -1000000000 || *value > 1000000000) return std::nullopt;
  return static_cast<int>(*value);
}

bool read_number(const xml::Attribute& attribute, HistoryOperation& out) {
  if (attribute.name == "call-id") {
    out.call_id = small_integer(attribute.value);
  } else if (attribute.name == "rc-code") {
    out.rc = small_integer(attribute.value);
  } else if (attribute.name == "op-status") {
    out.status = small_integer(attribute.value);
  } else if (attribute.name == "interval") {
    out.interval_ms = model::leading_integer(attribute.value).value_or(0);
  } else if (attribute.name == "last-rc-change") {
    out.last_change = model::leading_integer(attribute.value);
  } else {
    return false;
  }
  return true;
}

HistoryOperation read_operation(Reader& reader, xml::Element element) {
  HistoryOperation out;
  for (const xml::Attribute attribute : element.attributes()) {
    if (read_number(attribute, out)) continue;
    if (attribute.name == "queue-time") out.queue_time = reader.keep(attribute.value);
    if (attribute.name == "op-force-restart") out.has_force_restart = true;
    for (const auto& [name, member] : kTexts) {
      if (name == attribute.name) {
        out.*member = reader.keep(attribute.value);
        break;
      }
    }
  }
  return out;
}

model::HistoryResource read_history(Reader& reader, xml::Element element) {
  model::HistoryResource out;
  out.id = reader.text(element, "id");
  out.agent = {reader.text(element, "class"), reader.text(element, "provider"),
               reader.text(element, "type")};
  out.container = reader.text(element, "container");
  out.shutdown_lock =
      model::leading_integer(element.attribute_or("shutdown-lock", "0")).value_or(0);
  for (const xml::Element op : element.children("lrm_rsc_op")) {
    out.operations.push_back(read_operation(reader, op));
  }
  return out;
}

model::NodeState read_node_state(Reader& reader, xml::Element element) {
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
  for (const xml::Element resource : resources.children("lrm_resource")) {
    out.history.push_back(read_history(reader, resource));
  }
  return out;
}

}  // namespace

void read_status(Reader& reader, xml::Element status, model::Snapshot& snapshot) {
  for (const xml::Element element : status.children()) {
    if (element.is("node_state")) {
      snapshot.states.push_back(read_node_state(reader, element));
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
