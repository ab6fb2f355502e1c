#include "tests/unit/policy/cluster.h"

#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/document.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

std::string state(const std::string& node, const std::string& attributes,
                  const std::string& history) {
  return "<node_state id='" + node + "' uname='" + node +
         "' in_ccm='true' crmd='online' join='member' expected='member'>"
         "<transient_attributes id='" +
         node + "'><instance_attributes id='t-" + node + "'>" + attributes +
         "</instance_attributes></transient_attributes><lrm id='" + node + "'><lrm_resources>" +
         history + "</lrm_resources></lrm></node_state>";
}

}  // namespace

std::string nvpair(const std::string& name, const std::string& value) {
  return "<nvpair id='" + name + "' name='" + name + "' value='" + value + "'/>";
}

std::string meta(const std::string& name, const std::string& value) {
  return "<meta_attributes id='m-" + name + "'>" + nvpair(name, value) + "</meta_attributes>";
}

std::string primitive(const std::string& id, const std::string& inner) {
  return "<primitive id='" + id + "' class='ocf' provider='test' type='Agent'>" + inner +
         "</primitive>";
}

std::string history(const std::string& id, const std::string& operations) {
  return "<lrm_resource id='" + id + "' class='ocf' provider='test' type='Agent'>" + operations +
         "</lrm_resource>";
}

std::string done(const std::string& id, const std::string& task, int call, int rc, int expected,
                 int interval_ms) {
  return base::cat("<lrm_rsc_op id='", id, "_", task, "_", interval_ms, "' operation='", task,
                   "' call-id='", call, "' rc-code='", rc, "' op-status='", rc == expected ? 0 : 4,
                   "' interval='", interval_ms, "' transition-key='1:1:", expected,
                   ":e' op-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/>");
}

std::string Cluster::xml() const {
  return std::string("<cib have-quorum='") + (quorate ? "1" : "0") +
         "' dc-uuid='a'><configuration><crm_config>"
         "<cluster_property_set id='cib-bootstrap-options'>" +
         nvpair("stonith-enabled", "false") + properties +
         "</cluster_property_set></crm_config><nodes><node id='a' uname='a'/>"
         "<node id='b' uname='b'/></nodes><resources>" +
         resources + "</resources><constraints>" + constraints +
         "</constraints></configuration><status>" + state("a", attributes_a, history_a) +
         state("b", "", history_b) + "</status></cib>";
}

Planned plan_for(const std::string& xml) {
  const auto document = xml::Document::parse(xml);
  EXPECT_TRUE(document) << xml;
  auto snapshot = cib_model::read_snapshot(document->root(), {.now = 1700000000});
  EXPECT_TRUE(snapshot);
  Planned out;
  out.snapshot = std::make_unique<model::Snapshot>(*std::move(snapshot));
  out.plan = plan(*out.snapshot, 1, Reasons::kKept);
  return out;
}

const Resource& Planned::resource(const std::string& id) const {
  return plan.status->resource(*find_resource(*plan.status, id));
}

const PlacedResource& Planned::placed(const std::string& id) const {
  return plan.actions->resource(*find_resource(*plan.status, id));
}

bool Planned::does(const std::string& key, const std::string& node) const {
  for (const model::Synapse& synapse : plan.graph.synapses) {
    const model::GraphAction& action = synapse.action;
    if (action.kind == model::GraphActionKind::kPseudo) continue;
    if (action.key == key && action.node == node) return true;
  }
  return false;
}

std::size_t Planned::real_actions() const {
  std::size_t count = 0;
  for (const model::Synapse& synapse : plan.graph.synapses) {
    count += synapse.action.kind != model::GraphActionKind::kPseudo ? 1 : 0;
  }
  return count;
}

}  // namespace systole::policy
