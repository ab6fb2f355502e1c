#include "tests/properties/disturbance.h"

#include <vector>

#include "lib/base/strings.h"

namespace systole::properties {

namespace {

using base::cat;

class Disturber {
 public:
  Disturber(Dice& dice, TestCluster& cluster) : dice_(dice), cluster_(cluster) {}

  std::string disturb() {
    const int kind = dice_.pick(1, 100);
    if (kind <= 18) return lose_node();
    if (kind <= 26) return bring_back();
    if (kind <= 34) return set_node_attribute();
    if (kind <= 54) return fail_operation();
    if (kind <= 60) return make_pending();
    if (kind <= 66) return clean_up();
    if (kind <= 71) return change_parameters();
    if (kind <= 76) return remove_resource();
    if (kind <= 86) return change_meta();
    if (kind <= 92) return change_option();
    if (kind <= 95) return change_ticket();
    return change_promotion();
  }

 private:
  std::vector<xml::Element> states() const {
    std::vector<xml::Element> out;
    for (const xml::Element state : cluster_.root().first_child("status").children("node_state")) {
      out.push_back(state);
    }
    return out;
  }

  std::vector<xml::Element> histories() const {
    std::vector<xml::Element> out;
    for (const xml::Element state : states()) {
      const xml::Element lrm = state.first_child("lrm");
      const xml::Element resources = lrm ? lrm.first_child("lrm_resources") : xml::Element();
      if (!resources) continue;
      for (const xml::Element entry : resources.children("lrm_resource")) out.push_back(entry);
    }
    return out;
  }

  static xml::Element state_around(xml::Element entry) { return entry.parent().parent().parent(); }

  std::string lose_node() {
    xml::Element state = dice_.one_of(states());
    if (state.attribute("remote_node")) return "nothing";
    const int kind = dice_.pick(1, 100);
    state.set_attribute("crmd", "offline");
    if (kind > 25) {
      state.set_attribute("join", "down");
      state.set_attribute("in_ccm", "false");
    }
    if (kind > 85) state.set_attribute("expected", "down");
    return cat("node ", state.id(), " is lost");
  }

  std::string bring_back() {
    xml::Element state = dice_.one_of(states());
    if (state.attribute("remote_node")) return "nothing";
    const bool joined = dice_.chance(80);
    state.set_attribute("in_ccm", "true");
    state.set_attribute("crmd", "online");
    state.set_attribute("join", joined ? "member" : "pending");
    state.set_attribute("expected", "member");
    return cat("node ", state.id(), joined ? " is back" : " is joining");
  }

  std::string set_node_attribute() {
    const xml::Element state = dice_.one_of(states());
    const std::string name = dice_.one_of({"standby", "shutdown", "maintenance", "#health-disk"});
    const std::string value = name == "shutdown"       ? "1700000000"
                              : name == "#health-disk" ? "red"
                                                       : dice_.one_of({"true", "true", "false"});
    cluster_.set_attribute(state.id(), name, value);
    return cat("attribute ", name, "=", value, " of node ", state.id());
  }

  std::string fail_operation() {
    const std::vector<xml::Element> entries = histories();
    if (entries.empty()) return "nothing";
    xml::Element entry = dice_.one_of(entries);
    std::vector<xml::Element> operations;
    for (const xml::Element op : entry.children("lrm_rsc_op")) operations.push_back(op);
    if (operations.empty()) return "nothing";
    const xml::Element model = dice_.one_of(operations);
    xml::Element op = entry.append_copy(model);
    const char* rc = dice_.one_of({"1", "1", "7", "5", "6", "9", "8"});
    op.set_attribute("id", cat(entry.id(), "_last_failure_0"));
    op.set_attribute("rc-code", rc);
    op.set_attribute("op-status", "4");
    op.set_attribute("call-id", static_cast<long long>(900 + dice_.pick(1, 90)));
    const std::string task(op.attribute_or("operation", {}));
    const std::string interval(op.attribute_or("interval", "0"));
    if (dice_.chance(80)) {
      const xml::Element state = state_around(entry);
      const std::string what = cat(entry.id(), "#", task, "_", interval);
      cluster_.set_attribute(state.id(), cat("fail-count-", what),
                             dice_.one_of({"1", "3", "INFINITY"}));
      cluster_.set_attribute(state.id(), cat("last-failure-", what), "1699999990");
    }
    return cat(entry.id(), " ", task, " fails with ", rc, " on ", state_around(entry).id());
  }

  std::string make_pending() {
    const std::vector<xml::Element> entries = histories();
    if (entries.empty()) return "nothing";
    xml::Element entry = dice_.one_of(entries);
    xml::Element op = entry.first_child("lrm_rsc_op");
    if (!op) return "nothing";
    op.set_attribute("rc-code", "193");
    op.set_attribute("op-status", "-1");
    op.set_attribute("call-id", "-1");
    return cat(entry.id(), " ", op.attribute_or("operation", {}), " is pending on ",
               state_around(entry).id());
  }

  std::string clean_up() {
    const std::vector<xml::Element> entries = histories();
    if (entries.empty()) return "nothing";
    xml::Element entry = dice_.one_of(entries);
    std::string out = cat(entry.id(), " is cleaned up on ", state_around(entry).id());
    entry.remove();
    return out;
  }

  std::string change_parameters() {
    const std::vector<xml::Element> entries = histories();
    if (entries.empty()) return "nothing";
    const xml::Element entry = dice_.one_of(entries);
    for (xml::Element op : entry.children("lrm_rsc_op")) {
      if (op.attribute("op-digest")) op.set_attribute("op-digest", std::string(32, '0'));
    }
    return cat("parameters of ", entry.id(), " changed");
  }

  std::vector<xml::Element> resources() const {
    std::vector<xml::Element> out;
    for (const xml::Element rsc :
         cluster_.root().first_child("configuration").first_child("resources").children()) {
      out.push_back(rsc);
    }
    return out;
  }

  std::string remove_resource() {
    const std::vector<xml::Element> all = resources();
    if (all.size() < 2) return "nothing";
    xml::Element rsc = dice_.one_of(all);
    const std::string id(rsc.id());
    rsc.remove();
    xml::Element constraints =
        cluster_.root().first_child("configuration").first_child("constraints");
    // Half of the time somebody forgets the constraints.
    if (dice_.chance(50)) constraints.remove_children();
    return cat(id, " is not configured any more");
  }

  std::string change_meta() {
    xml::Element rsc = dice_.one_of(resources());
    xml::Element set = rsc.first_child("meta_attributes");
    if (!set) {
      set = rsc.is("bundle")
                ? rsc.append("meta_attributes")
                : rsc.attach(rsc.append("meta_attributes").detach(), rsc.first_child());
      set.set_attribute("id", cat(rsc.id(), "-meta"));
    }
    const std::string name =
        dice_.one_of({"target-role", "is-managed", "maintenance", "clone-max"});
    const std::string value = name == "target-role" ? dice_.one_of({"Stopped", "Started"})
                              : name == "clone-max" ? dice_.one_of({"1", "2", "0"})
                                                    : dice_.one_of({"true", "false"});
    set_pair(set, name, value);
    return cat(name, "=", value, " of ", rsc.id());
  }

  static void set_pair(xml::Element set, const std::string& name, const std::string& value) {
    for (xml::Element pair : set.children("nvpair")) {
      if (pair.attribute_or("name", {}) == name) return pair.set_attribute("value", value);
    }
    xml::Element pair = set.append("nvpair");
    pair.set_attribute("id", cat(set.id(), "-", name));
    pair.set_attribute("name", name);
    pair.set_attribute("value", value);
  }

  std::string change_option() {
    if (dice_.chance(40)) {
      const char* quorum = dice_.one_of({"0", "0", "1"});
      cluster_.copy().set_quorum(quorum);
      return cat("quorum ", quorum);
    }
    const std::string name = dice_.one_of(
        {"stop-all-resources", "maintenance-mode", "stonith-enabled", "no-quorum-policy"});
    const std::string value = name == "no-quorum-policy"
                                  ? dice_.one_of({"freeze", "ignore", "stop", "suicide"})
                                  : dice_.one_of({"true", "false"});
    cluster_.copy().set_property(name, value);
    return cat("option ", name, "=", value);
  }

  std::string change_ticket() {
    const bool granted = dice_.chance(30);
    cluster_.copy().set_ticket("ticket0", "granted", granted);
    return cat("ticket ", granted ? "granted" : "revoked");
  }

  std::string change_promotion() {
    const std::vector<xml::Element> entries = histories();
    if (entries.empty()) return "nothing";
    const xml::Element entry = dice_.one_of(entries);
    const char* value = dice_.one_of({"10", "-INFINITY", "200"});
    cluster_.set_attribute(state_around(entry).id(), cat("master-", entry.id()), value);
    return cat("promotion score ", value, " of ", entry.id(), " on ", state_around(entry).id());
  }

  Dice& dice_;
  TestCluster& cluster_;
};

}  // namespace

std::string disturb(Dice& dice, TestCluster& cluster) {
  return Disturber(dice, cluster).disturb();
}

}  // namespace systole::properties
