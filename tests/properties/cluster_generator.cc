#include "tests/properties/cluster_generator.h"

#include "lib/base/strings.h"
#include "tests/properties/constraint_generator.h"
#include "tests/properties/markup.h"
#include "tests/properties/resource_generator.h"
#include "tests/properties/status_generator.h"

namespace systole::properties {

namespace {

using base::cat;

Pairs cluster_options(Dice& dice, bool fencing) {
  Pairs out{{"stonith-enabled", fencing ? "true" : "false"}};
  const auto maybe = [&](int percent, const char* name, std::initializer_list<const char*> values) {
    if (dice.chance(percent)) out.emplace_back(name, dice.one_of(values));
  };
  maybe(20, "no-quorum-policy", {"ignore", "freeze", "stop", "demote", "suicide"});
  maybe(10, "placement-strategy", {"utilization", "minimal", "balanced"});
  maybe(5, "symmetric-cluster", {"false", "true"});
  maybe(4, "maintenance-mode", {"true", "false"});
  maybe(5, "start-failure-is-fatal", {"false", "true"});
  maybe(5, "stop-orphan-resources", {"false", "true"});
  maybe(4, "stop-all-resources", {"true", "false"});
  maybe(5, "startup-fencing", {"false", "true"});
  maybe(5, "enable-startup-probes", {"false", "true"});
  maybe(5, "concurrent-fencing", {"true", "false"});
  maybe(5, "node-health-strategy", {"migrate-on-red", "only-green", "progressive"});
  maybe(5, "priority-fencing-delay", {"60s", "15s"});
  maybe(4, "shutdown-lock", {"true", "false"});
  maybe(4, "stonith-action", {"off", "reboot"});
  return out;
}

std::string nodes_section(Dice& dice, const Shape& shape) {
  std::string out;
  for (const NodeShape& node : shape.nodes) {
    if (node.kind != NodeShape::Kind::kCluster) continue;
    Pairs attributes;
    if (dice.chance(40)) attributes.emplace_back("rack", dice.one_of({"a", "b"}));
    if (dice.chance(5)) attributes.emplace_back("#health-disk", dice.one_of({"red", "yellow"}));
    if (dice.chance(4)) attributes.emplace_back("standby", "on");
    if (dice.chance(3)) attributes.emplace_back("maintenance", "true");
    Pairs capacity;
    if (dice.chance(50)) capacity.emplace_back("cpu", cat(dice.pick(1, 6)));
    out += cat("<node id='", node.id, "' uname='", node.name, "'>",
               attribute_block("instance_attributes", cat("node-", node.id), attributes),
               attribute_block("utilization", cat("capacity-", node.id), capacity), "</node>");
  }
  return out;
}

}  // namespace

GeneratedCluster generate_cluster(Dice& dice, Situation situation) {
  GeneratedCluster out;
  Shape& shape = out.shape;
  shape.fencing = dice.chance(75);
  shape.tickets = dice.chance(15);
  const int nodes = dice.pick(2, 4);
  for (int i = 1; i <= nodes; ++i) shape.nodes.push_back({cat("n", i), cat(i)});
  const std::string options =
      attribute_block("cluster_property_set", "options", cluster_options(dice, shape.fencing));
  const std::string resources = generate_resources(dice, shape);
  const std::string constraints = generate_constraints(dice, shape);
  const std::string configured_nodes = nodes_section(dice, shape);
  const bool cold = situation == Situation::kCold;
  const std::string status = cold ? cold_status(shape) : random_status(dice, shape);
  const bool quorum = cold || dice.chance(88);
  out.cib = cat("<cib validate-with='pacemaker-3.9' crm_feature_set='3.16.1' admin_epoch='0'",
                " epoch='1' num_updates='0' have-quorum='", quorum ? 1 : 0,
                "' dc-uuid='1'><configuration><crm_config>", options, "</crm_config><nodes>",
                configured_nodes, "</nodes><resources>", resources, "</resources><constraints>",
                constraints, "</constraints></configuration><status>", status, "</status></cib>");
  return out;
}

}  // namespace systole::properties
