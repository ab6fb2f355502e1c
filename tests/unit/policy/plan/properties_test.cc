#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "lib/base/strings.h"
#include "tests/unit/policy/cluster.h"
#include "tests/unit/policy/tool/simulation.h"

namespace systole::policy {
namespace {

using base::cat;

/// Makes random clusters: some nodes lost, some resources running, constraints between them.
class RandomCluster {
 public:
  explicit RandomCluster(unsigned seed) : random_(seed) {}

  std::string make() {
    nodes_ = pick(2, 4);
    std::string states;
    for (int n = 0; n < nodes_; ++n) lost_.push_back(n > 0 && chance(20));
    std::string resources = "<primitive id='fencer' class='stonith' type='f'/>";
    std::vector<std::string> ids;
    const int count = pick(1, 6);
    for (int i = 0; i < count; ++i) {
      const std::string id = cat("r", i);
      resources += make_resource(i);
      ids.push_back(cat(kinds_.back() == 0 ? "r" : (kinds_.back() == 1 ? "g" : "c"), i));
    }
    std::string constraints;
    for (int i = 0; i < pick(0, 5); ++i) constraints += make_constraint(i, ids);
    for (int n = 0; n < nodes_; ++n) states += make_state(n);
    std::string nodes;
    for (int n = 0; n < nodes_; ++n) nodes += cat("<node id='", n + 1, "' uname='n", n, "'/>");
    return "<cib have-quorum='1' dc-uuid='1'><configuration><crm_config>"
           "<cluster_property_set id='o'>" +
           nvpair("stonith-enabled", "true") + "</cluster_property_set></crm_config><nodes>" +
           nodes + "</nodes><resources>" + resources + "</resources><constraints>" + constraints +
           "</constraints></configuration><status>" + states + "</status></cib>";
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  std::string member(const std::string& id) {
    std::string inner;
    if (chance(40)) inner += meta("resource-stickiness", cat(pick(1, 100)));
    if (chance(15)) inner += meta("target-role", "Stopped");
    if (chance(50)) {
      monitored_.insert(id);
      inner += cat("<operations><op id='", id, "-m' name='monitor' interval='10s'/></operations>");
    }
    primitives_.push_back(id);
    return primitive(id, inner);
  }

  std::string make_resource(int i) {
    kinds_.push_back(pick(0, 2));
    const std::string id = cat("r", i);
    if (kinds_.back() == 1) {
      return cat("<group id='g", i, "'>", member(id), member(id + "b"), "</group>");
    }
    if (kinds_.back() == 2) {
      clones_.insert(id);
      return cat("<clone id='c", i, "'>", member(id), "</clone>");
    }
    return member(id);
  }

  std::string make_constraint(int i, const std::vector<std::string>& ids) {
    const std::string& one =
        ids[static_cast<std::size_t>(pick(0, static_cast<int>(ids.size()) - 1))];
    const std::string& two =
        ids[static_cast<std::size_t>(pick(0, static_cast<int>(ids.size()) - 1))];
    static const char* const kScores[] = {"INFINITY", "-INFINITY", "100", "-50"};
    const std::string score = kScores[pick(0, 3)];
    const int kind = pick(0, 2);
    if (kind == 0) {
      return cat("<rsc_location id='k", i, "' rsc='", one, "' node='n", pick(0, nodes_ - 1),
                 "' score='", score, "'/>");
    }
    if (one >= two) return "";  // orders and colocations in one direction cannot contradict
    if (kind == 1) {
      return cat("<rsc_order id='k", i, "' first='", one, "' then='", two, "' kind='",
                 chance(50) ? "Mandatory" : "Optional", "'/>");
    }
    return cat("<rsc_colocation id='k", i, "' rsc='", two, "' with-rsc='", one, "' score='", score,
               "'/>");
  }

  std::string make_state(int n) {
    std::string histories = history_of_fencer(n);
    for (const std::string& id : primitives_) {
      const bool clone = clones_.count(id) != 0;
      const bool here = clone ? chance(60) : (placed_.count(id) == 0 && chance(35));
      if (here && !clone) placed_.insert(id);
      std::string operations = here ? done(id, "start", 1) : done(id, "monitor", 1, 7, 7);
      if (here && monitored_.count(id) != 0 && chance(30))
        operations += done(id, "monitor", 2, 1, 0, 10000);
      if (chance(80)) histories += history(id, operations);
    }
    const bool lost = lost_[static_cast<std::size_t>(n)];
    const std::string standby = !lost && chance(10) ? nvpair("standby", "on") : "";
    return cat("<node_state id='", n + 1, "' uname='n", n, "' in_ccm='", lost ? "false" : "true",
               "' crmd='", lost ? "offline" : "online", "' join='", lost ? "down" : "member",
               "' expected='member'><transient_attributes id='", n + 1,
               "'><instance_attributes id='t", n, "'>", standby,
               "</instance_attributes></transient_attributes><lrm id='", n + 1, "'><lrm_resources>",
               histories, "</lrm_resources></lrm></node_state>");
  }

  static std::string history_of_fencer(int n) {
    const std::string op = n == 0 ? done("fencer", "start", 1) : done("fencer", "monitor", 1, 7, 7);
    return "<lrm_resource id='fencer' class='stonith' type='f'>" + op + "</lrm_resource>";
  }

  std::mt19937 random_;
  int nodes_ = 2;
  std::vector<bool> lost_;
  std::vector<int> kinds_;
  std::vector<std::string> primitives_;
  std::set<std::string> monitored_;
  std::set<std::string> clones_;
  std::set<std::string> placed_;
};

/// The graph of a plan, for questions about its order.
class Graph {
 public:
  explicit Graph(const model::TransitionGraph& graph) {
    for (const model::Synapse& synapse : graph.synapses) by_id_[synapse.action.id] = &synapse;
  }

  bool comes_before(std::uint32_t first, std::uint32_t then) const {
    std::set<std::uint32_t> seen;
    return reaches(then, first, seen);
  }

  bool is_acyclic() const {
    return std::none_of(by_id_.begin(), by_id_.end(), [&](const auto& entry) {
      std::set<std::uint32_t> seen;
      return std::any_of(entry.second->inputs.begin(), entry.second->inputs.end(),
                         [&](std::uint32_t input) { return reaches(input, entry.first, seen); });
    });
  }

 private:
  bool reaches(std::uint32_t from, std::uint32_t to, std::set<std::uint32_t>& seen) const {
    if (from == to) return true;
    const auto synapse = by_id_.find(from);
    if (synapse == by_id_.end() || !seen.insert(from).second) return false;
    return std::any_of(synapse->second->inputs.begin(), synapse->second->inputs.end(),
                       [&](std::uint32_t input) { return reaches(input, to, seen); });
  }

  std::map<std::uint32_t, const model::Synapse*> by_id_;
};

bool is_start(const model::GraphAction& action) {
  return action.kind == model::GraphActionKind::kResource && action.operation == "start";
}

void check_starts(const Planned& planned) {
  const Status& status = *planned.plan.status;
  const Graph graph(planned.plan.graph);
  EXPECT_TRUE(graph.is_acyclic());
  std::map<std::string, int> starts;
  for (const model::Synapse& synapse : planned.plan.graph.synapses) {
    const model::GraphAction& action = synapse.action;
    if (!is_start(action)) continue;
    const Node& node = status.node(status.node_by_name.at(action.node));
    EXPECT_TRUE(node.online && !node.unclean && !node.standby) << action.key << " " << action.node;
    EXPECT_EQ(++starts[action.key + action.node], 1) << action.key << " twice on " << action.node;
    for (const model::Synapse& other : planned.plan.graph.synapses) {
      if (other.action.kind != model::GraphActionKind::kFence) continue;
      if (action.resource->standard == "stonith") continue;
      EXPECT_TRUE(graph.comes_before(other.action.id, action.id))
          << action.key << " does not wait for the fencing of " << other.action.node;
    }
  }
}

/// A resource outside of clones is given one place, and leaves every other one before.
void check_single_copies(const Planned& planned) {
  const Status& status = *planned.plan.status;
  const Graph graph(planned.plan.graph);
  for (const model::Synapse& synapse : planned.plan.graph.synapses) {
    const model::GraphAction& start = synapse.action;
    if (!is_start(start) || start.resource->long_id.size() > 0) continue;
    const auto found = status.by_id.find(start.resource->id);
    if (found == status.by_id.end()) continue;
    for (const NodeId active : status.resource(found->second).active_on) {
      const std::string& node = std::string(status.node(active).name);
      bool left = false;
      for (const model::Synapse& other : planned.plan.graph.synapses) {
        const bool stops = other.action.operation == "stop" && other.action.node == node &&
                           other.action.key == start.resource->id + "_stop_0";
        const bool fences =
            other.action.kind == model::GraphActionKind::kFence && other.action.node == node;
        left = left || ((stops || fences) && graph.comes_before(other.action.id, start.id));
      }
      EXPECT_TRUE(left) << start.key << " on " << start.node << " while active on " << node;
    }
  }
}

class RandomPlan : public testing::TestWithParam<unsigned> {};

TEST_P(RandomPlan, IsSafe_CanBeCarriedOut_AndThenNothingIsLeft) {
  for (unsigned i = 0; i < 40; ++i) {
    std::string xml = RandomCluster(GetParam() * 1000 + i).make();
    SCOPED_TRACE(cat("seed ", GetParam() * 1000 + i));
    bool settled = false;
    for (int round = 0; round < 6 && !settled; ++round) {
      const Planned planned = plan_for(xml);
      check_starts(planned);
      check_single_copies(planned);
      settled = planned.real_actions() == 0;
      const Simulated result = carry_out(xml);
      EXPECT_TRUE(result.complete);
      xml = result.xml;
    }
    EXPECT_TRUE(settled) << "the plan of the applied plan is not empty\n" << xml;
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPlan, testing::Range(0u, 8u));

}  // namespace
}  // namespace systole::policy
