#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fencing/core/step.h"

namespace systole::fencing::test {

/// What a simulated agent does, decided by the test.
struct AgentBehaviour {
  milliseconds duration{100};
  ActionResult result = success();
};

/// Some fencers in one process, joined by a network that delivers all messages to all members of a
/// component in one order, each member at its own pace; everything follows from the seed.
class FakeCluster {
 public:
  explicit FakeCluster(std::uint64_t seed);

  /// Starts a fencer as a new member of the component of the others.
  void start(unsigned node, const Configuration& configuration);
  /// The node dies with its agents.
  void crash(unsigned node);
  bool up(unsigned node) const { return nodes_.count(node) > 0; }
  State& state(unsigned node) { return nodes_.at(node)->state; }

  /// Splits the members into components, or joins them to one.
  void partition(const std::vector<std::set<unsigned>>& components);

  /// The client that asks from now on.
  std::string client = "test.1";

  /// Asks node `from` to fence; the reply is recorded under the returned token.
  Token fence(unsigned from, const std::string& target, Action action, FenceOrder order = {});
  Token confirm(unsigned from, const std::string& target);
  void give(unsigned node, Event event);

  /// Delivers one thing (message, agent's end, timer). False when nothing is left to happen.
  bool step_once();
  void run(milliseconds limit = milliseconds(600000));

  /// What the agents of a node do; the default succeeds after 100 ms.
  std::function<AgentBehaviour(unsigned node, const RunAgent&)> behave;
  /// A node is switched off by an agent: what happens to it. The default crashes it.
  std::function<void(unsigned node)> on_power_off;
  /// Called after every event.
  std::function<void()> check;

  struct Reply {
    Token token;
    unsigned node = 0;
    HistoryEntry entry;
  };
  std::vector<Reply> replies;
  std::vector<HistoryEntry> notices;
  /// Every run of an agent: "node device action target".
  std::vector<std::string> runs;
  std::set<std::string> operations_with_success;
  std::set<std::string> confirmed_targets;
  std::vector<QueryReply> query_replies;
  std::vector<ExecReply> exec_replies;
  milliseconds now{0};
  /// Seconds by which the clocks of nodes are wrong.
  std::map<unsigned, std::int64_t> clock_ahead;

  /// Operations whose agents change the power of a target right now.
  std::map<std::string, std::set<std::string>> working_on() const;

  std::mt19937_64 random;

 private:
  struct Pending {
    milliseconds at{0};
    Event event;
    RunId run;
    std::optional<TimerKey> timer;
    std::function<void()> before;
  };
  struct Node {
    State state;
    std::set<unsigned> component;
    std::deque<Event> inbox;
    std::vector<Pending> pending;
    std::map<RunId, std::string> agents;  ///< running power agents: operation
    std::map<RunId, std::string> targets;
  };

  void handle(unsigned number, const Event& event);
  void apply(unsigned number, Effect& effect);
  void launch(unsigned number, const RunAgent& run);
  void send_view(const std::set<unsigned>& members, const std::set<unsigned>& joined);
  std::vector<unsigned> members() const;

  std::map<unsigned, std::unique_ptr<Node>> nodes_;
  std::uint64_t last_token_ = 0;
  std::uint64_t last_id_ = 0;
};

std::string name_of(unsigned node);

/// A configuration of `count` nodes n1, n2, ... with the devices given.
Configuration make_configuration(unsigned count, std::vector<Device> devices);
Device make_device(const std::string& id, const std::string& hosts);

}  // namespace systole::fencing::test
