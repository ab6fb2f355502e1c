#include "tests/properties/resource_generator.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "tests/properties/markup.h"

namespace systole::properties {

namespace {

using base::cat;

/// A meta attribute that some resources have.
struct Option {
  const char* name;
  int percent;
  std::array<const char*, 3> values;
};

constexpr Option kPrimitiveOptions[] = {
    {"resource-stickiness", 25, {"1", "50", "INFINITY"}},
    {"target-role", 10, {"Stopped", "Started", "Stopped"}},
    {"is-managed", 4, {"false", "true", "false"}},
    {"maintenance", 3, {"true", "false", "true"}},
    {"priority", 15, {"1", "10", "-5"}},
    {"migration-threshold", 20, {"1", "3", "INFINITY"}},
    {"failure-timeout", 15, {"60s", "10min", "1h"}},
    {"multiple-active", 12, {"block", "stop_only", "stop_unexpected"}},
    {"requires", 12, {"nothing", "quorum", "fencing"}},
    {"critical", 6, {"false", "true", "false"}},
};

constexpr Option kCloneOptions[] = {
    {"clone-max", 40, {"1", "2", "3"}},
    {"interleave", 50, {"true", "true", "false"}},
    {"ordered", 20, {"true", "true", "false"}},
    {"notify", 35, {"true", "true", "false"}},
    {"target-role", 8, {"Stopped", "Started", "Unpromoted"}},
    {"resource-stickiness", 15, {"0", "1", "100"}},
    {"priority", 10, {"5", "20", "0"}},
};

constexpr Option kPromotableOptions[] = {
    {"promoted-max", 25, {"2", "1", "2"}},
    {"promoted-node-max", 10, {"2", "1", "1"}},
};

template <std::size_t N>
Pairs choose(Dice& dice, const Option (&options)[N]) {
  Pairs out;
  for (const Option& option : options) {
    if (!dice.chance(option.percent)) continue;
    out.emplace_back(option.name, option.values[static_cast<std::size_t>(dice.pick(0, 2))]);
  }
  return out;
}

class ResourceGenerator {
 public:
  ResourceGenerator(Dice& dice, Shape& shape) : dice_(dice), shape_(shape) {}

  std::string generate() {
    std::string out;
    if (shape_.fencing || dice_.chance(10)) out += fence_devices();
    if (dice_.chance(15)) out += remote();
    if (dice_.chance(15)) out += machine();
    const int count = dice_.pick(1, 5);
    for (int i = 0; i < count; ++i) {
      const int kind = dice_.pick(1, 100);
      if (kind <= 40) {
        out += plain(i);
      } else if (kind <= 60) {
        out += group(i);
      } else if (kind <= 90) {
        out += clone(i);
      } else {
        out += bundle(i);
      }
    }
    return out;
  }

 private:
  void enter(const std::string& id, ResourceShape::Kind kind, bool promotable = false) {
    shape_.resources.push_back({id, kind, promotable});
  }

  std::string fence_devices() {
    std::string out;
    const int devices = dice_.chance(15) ? 2 : 1;
    for (int i = 0; i < devices; ++i) {
      const std::string id = cat("fencer", i);
      Pairs meta;
      if (dice_.chance(10)) meta.emplace_back("provides", "unfencing");
      out += cat("<primitive id='", id, "' class='stonith' type='fence_test'>",
                 attribute_block("meta_attributes", id + "-meta", meta), "</primitive>");
      enter(id, ResourceShape::Kind::kFenceDevice);
      AgentShape agent{.id = id, .standard = "stonith"};
      agent.provider.clear();
      agent.type = "fence_test";
      shape_.agents.push_back(agent);
    }
    return out;
  }

  std::string operation(const std::string& id, const char* name, const char* interval,
                        const std::string& attributes) {
    return cat("<op id='", id, "-", name, "-", interval, "' name='", name, "' interval='", interval,
               "'", attributes, "/>");
  }

  std::string on_fail(std::initializer_list<const char*> values, int percent) {
    return dice_.chance(percent) ? cat(" on-fail='", dice_.one_of(values), "'") : "";
  }

  std::string operations(AgentShape& agent) {
    std::string out;
    if (dice_.chance(60)) {
      agent.monitored = true;
      const auto failure = on_fail({"ignore", "block", "stop", "standby", "fence", "restart"}, 25);
      out += operation(agent.id, "monitor", "10s",
                       agent.promotable ? failure + " role='Unpromoted'" : failure);
      if (agent.promotable) {
        out += operation(agent.id, "monitor", "11s",
                         on_fail({"demote", "fence", "block"}, 30) + " role='Promoted'");
      }
    }
    if (dice_.chance(8)) out += operation(agent.id, "monitor", "30s", " role='Stopped'");
    if (dice_.chance(15)) {
      out += operation(agent.id, "start", "0", on_fail({"stop", "block", "standby", "fence"}, 50));
    }
    if (dice_.chance(15)) out += operation(agent.id, "stop", "0", on_fail({"block", "ignore"}, 50));
    if (agent.promotable && dice_.chance(15)) {
      out += operation(agent.id, "promote", "0", on_fail({"demote", "fence", "block"}, 60));
    }
    return out.empty() ? "" : "<operations>" + out + "</operations>";
  }

  /// A primitive, alone or as a part of something.
  std::string primitive(AgentShape agent, Pairs meta, const std::string& inner = "") {
    for (const auto& [name, value] : choose(dice_, kPrimitiveOptions)) {
      const auto same = [&name = name](const auto& pair) { return pair.first == name; };
      if (std::none_of(meta.begin(), meta.end(), same)) meta.emplace_back(name, value);
    }
    if (!agent.cloned && dice_.chance(25)) {
      agent.migratable = true;
      meta.emplace_back("allow-migrate", "true");
    }
    Pairs utilization;
    if (dice_.chance(15)) utilization.emplace_back("cpu", cat(dice_.pick(1, 3)));
    std::string provider;
    if (!agent.provider.empty()) provider = cat(" provider='", agent.provider, "'");
    const std::string out =
        cat("<primitive id='", agent.id, "' class='", agent.standard, "'", provider, " type='",
            agent.type, "'>", attribute_block("meta_attributes", agent.id + "-meta", meta), inner,
            attribute_block("utilization", agent.id + "-use", utilization), operations(agent),
            "</primitive>");
    shape_.agents.push_back(agent);
    return out;
  }

  std::string remote() {
    AgentShape agent{.id = "remote0"};
    agent.provider = "pacemaker";
    agent.type = "remote";
    Pairs meta;
    if (dice_.chance(30)) meta.emplace_back("reconnect_interval", "60s");
    const std::string parameters =
        attribute_block("instance_attributes", "remote0-parameters", meta);
    enter("remote0", ResourceShape::Kind::kRemote);
    shape_.nodes.push_back({"remote0", "remote0", NodeShape::Kind::kRemote});
    agent.monitored = true;
    shape_.agents.push_back(agent);
    return cat("<primitive id='remote0' class='ocf' provider='pacemaker' type='remote'>",
               parameters, "<operations>", operation("remote0", "monitor", "10s", ""),
               "</operations></primitive>");
  }

  /// A virtual machine whose inside is a node.
  std::string machine() {
    enter("vm", ResourceShape::Kind::kMachine);
    shape_.nodes.push_back({"guest", "guest", NodeShape::Kind::kGuest});
    AgentShape connection{.id = "guest"};
    connection.provider = "pacemaker";
    connection.type = "remote";
    connection.monitored = true;
    const std::string out = primitive({.id = "vm"}, {{"remote-node", "guest"}});
    shape_.agents.push_back(connection);
    return out;
  }

  std::string plain(int number) {
    const std::string id = cat("p", number);
    enter(id, ResourceShape::Kind::kPrimitive);
    return primitive({.id = id}, {});
  }

  std::string group(int number) {
    const std::string id = cat("g", number);
    enter(id, ResourceShape::Kind::kGroup);
    std::string out = cat("<group id='", id, "'>");
    if (dice_.chance(20)) {
      out += attribute_block("meta_attributes", id + "-meta",
                             {{dice_.one_of({"target-role", "is-managed", "priority"}),
                               dice_.one_of({"Stopped", "true", "7"})}});
    }
    const int members = dice_.pick(1, 3);
    for (int i = 0; i < members; ++i) out += primitive({.id = cat(id, "-", i)}, {});
    return out + "</group>";
  }

  std::string clone(int number) {
    const std::string id = cat("c", number);
    const bool promotable = dice_.chance(45);
    const bool unique = dice_.chance(20);
    Pairs meta = choose(dice_, kCloneOptions);
    int instances = 0;
    if (unique) {
      const int per_node = dice_.pick(1, 2);
      meta.emplace_back("globally-unique", "true");
      meta.emplace_back("clone-node-max", cat(per_node));
      instances = 3;
    }
    if (promotable) {
      meta.emplace_back("promotable", "true");
      for (auto& pair : choose(dice_, kPromotableOptions)) meta.push_back(std::move(pair));
    }
    enter(id, ResourceShape::Kind::kClone, promotable);
    const auto part = [&](const std::string& name) {
      AgentShape agent{.id = name};
      if (promotable) agent.type = "Stateful";
      agent.promotable = promotable;
      agent.instances = instances;
      agent.cloned = true;
      return primitive(agent, {});
    };
    std::string inner;
    if (dice_.chance(25)) {
      inner = cat("<group id='", id, "-group'>", part(id + "-a"), part(id + "-b"), "</group>");
    } else {
      inner = part(id + "-part");
    }
    return cat("<clone id='", id, "'>", attribute_block("meta_attributes", id + "-meta", meta),
               inner, "</clone>");
  }

  std::string bundle(int number) {
    const std::string id = cat("b", number);
    const int replicas = dice_.pick(1, 3);
    const bool promotable = dice_.chance(40);
    const bool filled = promotable || dice_.chance(80);
    enter(id, ResourceShape::Kind::kBundle, promotable);
    std::string out = cat("<bundle id='", id, "'><docker image='image' replicas='", replicas, "'",
                          promotable ? " promoted-max='1'" : "", "/>");
    out += cat("<network ip-range-start='10.0.", number, ".10' control-port='3121'/>");
    if (filled) {
      AgentShape agent{.id = id + "-inner"};
      agent.promotable = promotable;
      agent.cloned = true;
      const std::size_t place = shape_.agents.size();
      out += primitive(agent, {});
      agent = shape_.agents[place];
      shape_.agents.pop_back();
      for (int i = 0; i < replicas; ++i) add_replica(id, i, number, agent);
    } else {
      for (int i = 0; i < replicas; ++i) add_container(id, i, number);
    }
    return out + "</bundle>";
  }

  void add_container(const std::string& id, int replica, int number) {
    AgentShape container{.id = cat(id, "-docker-", replica)};
    container.provider = "heartbeat";
    container.type = "docker";
    container.monitored = true;
    AgentShape address{.id = cat(id, "-ip-10.0.", number, ".", 10 + replica)};
    address.provider = "heartbeat";
    address.type = "IPaddr2";
    address.monitored = true;
    shape_.agents.push_back(container);
    shape_.agents.push_back(address);
  }

  void add_replica(const std::string& id, int replica, int number, AgentShape inner) {
    add_container(id, replica, number);
    const std::string node = cat(id, "-", replica);
    AgentShape connection{.id = node};
    connection.provider = "pacemaker";
    connection.type = "remote";
    connection.monitored = true;
    shape_.agents.push_back(connection);
    shape_.nodes.push_back({node, node, NodeShape::Kind::kBundle});
    inner.inside = node;
    shape_.agents.push_back(inner);
  }

  Dice& dice_;
  Shape& shape_;
};

}  // namespace

std::string generate_resources(Dice& dice, Shape& shape) {
  return ResourceGenerator(dice, shape).generate();
}

}  // namespace systole::properties
