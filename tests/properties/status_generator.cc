#include "tests/properties/status_generator.h"

#include <map>

#include "lib/base/strings.h"
#include "tests/properties/markup.h"

namespace systole::properties {

namespace {

using base::cat;

/// One recorded operation.
struct Recorded {
  const char* task = "monitor";
  int interval_ms = 0;
  int rc = 0;
  int expected = 0;
  int status = 0;
  std::string extra = {};
};

std::string state_attributes(bool member) {
  return member ? "in_ccm='true' crmd='online' join='member' expected='member'"
                : "in_ccm='false' crmd='offline' join='down' expected='member'";
}

std::string node_state(const NodeShape& node, const std::string& attributes,
                       const std::string& content) {
  return cat("<node_state id='", node.id, "' uname='", node.name, "' ", attributes, ">", content,
             "</node_state>");
}

class StatusGenerator {
 public:
  StatusGenerator(Dice& dice, const Shape& shape) : dice_(dice), shape_(shape) {}

  std::string generate() {
    std::string out;
    for (const NodeShape& node : shape_.nodes) {
      if (node.kind == NodeShape::Kind::kCluster) {
        out += cluster_node(node);
      } else if (dice_.chance(70)) {
        out += node_state(node, "remote_node='true'", content(node));
      }
    }
    if (shape_.tickets && dice_.chance(70)) {
      out += cat("<tickets><ticket_state id='ticket0' granted='",
                 dice_.one_of({"true", "true", "false"}), "'",
                 dice_.chance(15) ? " standby='true'" : "", "/></tickets>");
    }
    return out;
  }

 private:
  std::string cluster_node(const NodeShape& node) {
    const int kind = node.id == "1" ? 1 : dice_.pick(1, 100);
    if (kind <= 65) return node_state(node, state_attributes(true), content(node));
    if (kind <= 80) return node_state(node, state_attributes(false), content(node));
    if (kind <= 84) {
      return node_state(node, "in_ccm='true' crmd='online' join='down' expected='down'",
                        content(node));
    }
    if (kind <= 88) {
      return node_state(node, "in_ccm='true' crmd='offline' join='down' expected='member'",
                        content(node));
    }
    if (kind <= 92) {
      return node_state(node, "in_ccm='true' crmd='online' join='pending' expected='member'",
                        content(node));
    }
    if (kind <= 96) {
      return node_state(node, "in_ccm='false' crmd='offline' join='down' expected='down'", "");
    }
    return "";  // never seen
  }

  std::string content(const NodeShape& node) {
    Pairs attributes;
    std::string histories;
    for (const AgentShape& agent : shape_.agents) {
      if (!agent.inside.empty() && agent.inside != node.name) continue;
      if (node.kind == NodeShape::Kind::kBundle && agent.inside.empty()) continue;
      histories += agent_histories(agent, node, attributes);
    }
    if (dice_.chance(8)) histories += history({.id = "gone"}, "gone", node, attributes);
    if (dice_.chance(6)) attributes.emplace_back("standby", "on");
    if (dice_.chance(4)) attributes.emplace_back("maintenance", "true");
    if (dice_.chance(4)) attributes.emplace_back("shutdown", "1699999000");
    if (dice_.chance(2)) attributes.emplace_back("terminate", "true");
    if (dice_.chance(5)) attributes.emplace_back("#node-unfenced", "1699999000");
    const std::string set =
        attribute_block("instance_attributes", cat("status-", node.id), attributes);
    return cat("<transient_attributes id='", node.id, "'>", set, "</transient_attributes><lrm id='",
               node.id, "'><lrm_resources>", histories, "</lrm_resources></lrm>");
  }

  std::string agent_histories(const AgentShape& agent, const NodeShape& node, Pairs& attributes) {
    if (agent.instances == 0) {
      return dice_.chance(85) ? history(agent, agent.id, node, attributes) : "";
    }
    std::string out;
    for (int i = 0; i < agent.instances; ++i) {
      if (dice_.chance(60)) out += history(agent, cat(agent.id, ":", i), node, attributes);
    }
    return out;
  }

  std::string history(const AgentShape& agent, const std::string& name, const NodeShape& node,
                      Pairs& attributes) {
    std::string provider;
    if (!agent.provider.empty()) provider = cat(" provider='", agent.provider, "'");
    if (agent.promotable && dice_.chance(70)) {
      attributes.emplace_back(cat("master-", name), dice_.one_of({"5", "10", "-1", "100"}));
    }
    // One copy is the common case; two are what a broken cluster shows.
    const bool single = !agent.cloned || agent.instances > 0;
    const bool taken = single && placed_[name] > 0;
    std::string operations;
    if (dice_.chance(taken ? 4 : 45)) {
      ++placed_[name];
      operations = running(agent, name, node, attributes);
    } else {
      operations = stopped(agent, name, node, attributes);
    }
    return cat("<lrm_resource id='", name, "' class='", agent.standard, "'", provider, " type='",
               agent.type, "'>", operations, "</lrm_resource>");
  }

  void count_failure(const std::string& name, const char* task, int interval, Pairs& attributes) {
    if (dice_.chance(30)) return;
    const std::string what = cat(name, "#", task, "_", interval);
    attributes.emplace_back("fail-count-" + what, dice_.one_of({"1", "3", "INFINITY"}));
    attributes.emplace_back("last-failure-" + what, dice_.one_of({"1699999990", "1699990000"}));
  }

  std::string record(const std::string& name, const Recorded& op) {
    const bool failed = op.status != -1 && op.rc != op.expected;
    const std::string id = failed               ? cat(name, "_last_failure_0")
                           : op.interval_ms > 0 ? cat(name, "_", op.task, "_", op.interval_ms)
                                                : cat(name, "_last_", ++records_);
    const std::string key =
        cat(records_, ":1:", op.expected, ":aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    const int status = op.status != 0 ? op.status : (failed ? 4 : 0);
    const char* digest = dice_.chance(95) ? "" : " op-digest='00000000000000000000000000000000'";
    return cat("<lrm_rsc_op id='", id, "' operation_key='", name, "_", op.task, "_", op.interval_ms,
               "' operation='", op.task, "' crm-debug-origin='g' crm_feature_set='3.16.1'",
               " transition-key='", key, "' transition-magic='", status, ":", op.rc, ";", key,
               "' call-id='", op.status == -1 ? -1 : ++calls_, "' rc-code='", op.rc,
               "' op-status='", status, "' interval='", op.interval_ms, "' last-rc-change='",
               dice_.one_of({"1699999990", "1699999900", "1699990000"}), "'", digest, op.extra,
               "/>");
  }

  std::string running(const AgentShape& agent, const std::string& name, const NodeShape& node,
                      Pairs& attributes) {
    if (dice_.chance(6)) {  // found running by a probe
      return record(name, {.rc = 0, .expected = 7, .status = 0});
    }
    if (dice_.chance(3)) return record(name, {.task = "start", .rc = 193, .status = -1});
    if (agent.migratable && dice_.chance(10)) return migration(name, node);
    std::string out = record(name, {.task = "start"});
    if (dice_.chance(4)) {
      count_failure(name, "start", 0, attributes);
      return record(name, {.task = "start", .rc = dice_.one_of({1, 5, 6, 2})});
    }
    if (agent.promotable && dice_.chance(40)) {
      if (dice_.chance(8)) return out + record(name, {.task = "promote", .rc = 193, .status = -1});
      out += record(name, {.task = "promote", .rc = dice_.chance(8) ? 1 : 0});
    }
    if (agent.monitored && dice_.chance(70)) {
      if (dice_.chance(20)) {
        count_failure(name, "monitor", 10000, attributes);
        out += record(name, {.interval_ms = 10000, .rc = dice_.one_of({1, 7, 9})});
      } else {
        out += record(name, {.interval_ms = 10000});
      }
    }
    if (dice_.chance(3)) {
      out += record(name, {.task = "stop", .rc = 1});
    } else if (agent.promotable && dice_.chance(3)) {
      out += record(name, {.task = "demote", .rc = 1});
    } else if (dice_.chance(2)) {
      out += record(name, {.task = "stop", .rc = 193, .status = -1});
    }
    return out;
  }

  std::string migration(const std::string& name, const NodeShape& here) {
    const NodeShape& other = dice_.one_of(shape_.nodes);
    const bool leaves = dice_.chance(50);
    const std::string extra = cat(" migrate_source='", leaves ? here.name : other.name,
                                  "' migrate_target='", leaves ? other.name : here.name, "'");
    if (!leaves) {
      return record(name, {.task = "migrate_from", .rc = dice_.one_of({0, 0, 1}), .extra = extra});
    }
    const bool pending = dice_.chance(30);
    return record(name, {.task = "start"}) +
           record(name, {.task = "migrate_to",
                         .rc = pending ? 193 : dice_.one_of({0, 0, 1}),
                         .status = pending ? -1 : 0,
                         .extra = extra});
  }

  std::string stopped(const AgentShape& agent, const std::string& name, const NodeShape& node,
                      Pairs& attributes) {
    if (agent.migratable && dice_.chance(4)) {
      return migration(name, node) + record(name, {.task = "stop"});
    }
    if (dice_.chance(4)) {  // the probe failed
      count_failure(name, "monitor", 0, attributes);
      return record(name, {.rc = dice_.one_of({1, 5, 2}), .expected = 7});
    }
    if (dice_.chance(2)) return record(name, {.rc = 193, .expected = 7, .status = -1});
    if (dice_.chance(20)) return record(name, {.task = "start"}) + record(name, {.task = "stop"});
    return record(name, {.rc = 7, .expected = 7});
  }

  Dice& dice_;
  const Shape& shape_;
  std::map<std::string, int> placed_;
  int calls_ = 0;
  int records_ = 0;
};

}  // namespace

std::string cold_status(const Shape& shape) {
  std::string out;
  for (const NodeShape& node : shape.nodes) {
    if (node.kind != NodeShape::Kind::kCluster) continue;
    out += node_state(node, state_attributes(true), cat("<lrm id='", node.id, "'/>"));
  }
  return out;
}

std::string random_status(Dice& dice, const Shape& shape) {
  return StatusGenerator(dice, shape).generate();
}

}  // namespace systole::properties
