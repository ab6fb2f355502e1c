#include "tests/unit/fencing/core/fake_cluster.h"

#include <algorithm>
#include <utility>

namespace systole::fencing::test {

std::string name_of(unsigned node) {
  return "n" + std::to_string(node);
}

Device make_device(const std::string& id, const std::string& hosts) {
  Device device;
  device.id = id;
  device.agent = "fence_test";
  device.parameters["pcmk_host_list"] = hosts;
  return device;
}

Configuration make_configuration(unsigned count, std::vector<Device> devices) {
  Configuration configuration;
  configuration.devices = std::move(devices);
  for (unsigned node = 1; node <= count; ++node) configuration.node_ids[name_of(node)] = node;
  return configuration;
}

FakeCluster::FakeCluster(std::uint64_t seed) : random(seed) {
  on_power_off = [this](unsigned node) { crash(node); };
}

std::vector<unsigned> FakeCluster::members() const {
  std::vector<unsigned> numbers;
  for (const auto& [number, node] : nodes_) numbers.push_back(number);
  return numbers;
}

void FakeCluster::send_view(const std::set<unsigned>& members, const std::set<unsigned>& joined) {
  ViewChanged view;
  for (const unsigned member : members) view.members.insert(NodeNumber(member));
  for (const unsigned member : joined) view.joined.insert(NodeNumber(member));
  for (const unsigned member : members) {
    nodes_.at(member)->component = members;
    nodes_.at(member)->inbox.push_back(view);
  }
}

void FakeCluster::start(unsigned number, const Configuration& configuration) {
  auto node = std::make_unique<Node>();
  node->state.self = {.number = NodeNumber(number), .name = name_of(number)};
  node->inbox.push_back(ConfigurationChanged{configuration});
  std::set<unsigned> component = {number};
  if (!nodes_.empty()) {
    component = nodes_.begin()->second->component;
    component.insert(number);
  }
  nodes_[number] = std::move(node);
  send_view(component, {number});
}

void FakeCluster::crash(unsigned number) {
  if (!up(number)) return;
  std::set<unsigned> rest = nodes_.at(number)->component;
  rest.erase(number);
  nodes_.erase(number);
  if (!rest.empty()) send_view(rest, {});
}

void FakeCluster::partition(const std::vector<std::set<unsigned>>& components) {
  for (const auto& wanted : components) {
    std::set<unsigned> alive;
    for (const unsigned node : wanted) {
      if (up(node)) alive.insert(node);
    }
    for (const unsigned node : alive) {
      ViewChanged view;
      for (const unsigned member : alive) {
        view.members.insert(NodeNumber(member));
        if (nodes_.at(node)->component.count(member) == 0) view.joined.insert(NodeNumber(member));
      }
      nodes_.at(node)->inbox.push_back(view);
    }
    for (const unsigned node : alive) nodes_.at(node)->component = alive;
  }
}

Token FakeCluster::fence(unsigned from, const std::string& target, Action action,
                         FenceOrder order) {
  const Token token(++last_token_);
  handle(from, FenceRequested{.token = token,
                              .id = "op" + std::to_string(++last_id_),
                              .target = target,
                              .action = action,
                              .order = order,
                              .client = client,
                              .client_id = "c1"});
  return token;
}

Token FakeCluster::confirm(unsigned from, const std::string& target) {
  const Token token(++last_token_);
  confirmed_targets.insert(target);
  handle(from, ConfirmRequested{.token = token,
                                .id = "ack" + std::to_string(++last_id_),
                                .target = target,
                                .client = "test.1",
                                .client_id = "c1"});
  return token;
}

void FakeCluster::give(unsigned node, Event event) {
  handle(node, event);
}

void FakeCluster::handle(unsigned number, const Event& event) {
  Node& node = *nodes_.at(number);
  const Input input{.steady = SteadyTime(now),
                    .wall = {.seconds = now.count() / 1000 + clock_ahead[number],
                             .nanoseconds = now.count() % 1000 * 1000000},
                    .random = random(),
                    .event = event};
  Effects effects = step(node.state, input);
  for (Effect& effect : effects) apply(number, effect);
  if (check) check();
}

void FakeCluster::apply(unsigned number, Effect& effect) {
  Node& node = *nodes_.at(number);
  if (auto* multicast = std::get_if<Multicast>(&effect)) {
    const std::set<unsigned> component = node.component;
    for (const unsigned member : component) {
      nodes_.at(member)->inbox.push_back(
          Delivered{{.sender = NodeNumber(number), .message = multicast->message}});
    }
  } else if (auto* run = std::get_if<RunAgent>(&effect)) {
    launch(number, *run);
  } else if (auto* kill = std::get_if<KillAgent>(&effect)) {
    std::erase_if(node.pending, [&](const Pending& item) { return item.run == kill->run; });
    node.agents.erase(kill->run);
  } else if (auto* timer = std::get_if<ArmTimer>(&effect)) {
    std::erase_if(node.pending, [&](const Pending& item) { return item.timer == timer->timer; });
    node.pending.push_back({.at = now + timer->after,
                            .event = TimerFired{timer->timer},
                            .run = {},
                            .timer = timer->timer,
                            .before = {}});
  } else if (auto* cancel = std::get_if<CancelTimer>(&effect)) {
    std::erase_if(node.pending, [&](const Pending& item) { return item.timer == cancel->timer; });
  } else if (auto* reply = std::get_if<FenceReply>(&effect)) {
    replies.push_back({.token = reply->token, .node = number, .entry = reply->entry});
  } else if (auto* notice = std::get_if<FenceNotice>(&effect)) {
    notices.push_back(notice->entry);
  } else if (auto* query = std::get_if<QueryReply>(&effect)) {
    query_replies.push_back(*query);
  } else if (auto* exec = std::get_if<ExecReply>(&effect)) {
    exec_replies.push_back(*exec);
  }
}

void FakeCluster::launch(unsigned number, const RunAgent& run) {
  Node& node = *nodes_.at(number);
  // Started and dropped in the same step.
  if (node.state.runs.count(run.run) == 0) return;
  const Run& known = node.state.runs.at(run.run);
  std::string operation;
  if (const auto* attempt = std::get_if<RunForAttempt>(&known.purpose)) {
    operation = attempt->operation;
  }
  runs.push_back(name_of(number) + " " + run.device + " " + std::string(to_string(run.action)) +
                 " " + known.target);
  AgentBehaviour behaviour = behave ? behave(number, run) : AgentBehaviour();
  if (behaviour.duration >= run.timeout) {
    behaviour = {.duration = run.timeout,
                 .result = failure(ExecutionStatus::kTimeout, "the agent did not finish")};
  }
  if (!operation.empty()) {
    node.agents[run.run] = operation;
    node.targets[run.run] = known.target;
  }
  const std::string target = known.target;
  const Action action = run.action;
  const bool ok = behaviour.result.ok();
  node.pending.push_back({.at = now + behaviour.duration,
                          .event = AgentFinished{.run = run.run, .result = behaviour.result},
                          .run = run.run,
                          .timer = std::nullopt,
                          .before = [this, ok, operation, target, action] {
                            if (!ok || operation.empty()) return;
                            operations_with_success.insert(operation);
                            if (action == Action::kOn) return;
                            for (const unsigned member : members()) {
                              if (name_of(member) == target) on_power_off(member);
                            }
                          }});
}

std::map<std::string, std::set<std::string>> FakeCluster::working_on() const {
  std::map<std::string, std::set<std::string>> found;
  for (const auto& [number, node] : nodes_) {
    for (const auto& [run, operation] : node->agents) {
      found[node->targets.at(run)].insert(operation);
    }
  }
  return found;
}

bool FakeCluster::step_once() {
  std::vector<unsigned> ready;
  for (const auto& [number, node] : nodes_) {
    if (!node->inbox.empty()) ready.push_back(number);
  }
  if (!ready.empty()) {
    const unsigned number = ready[random() % ready.size()];
    const Event event = nodes_.at(number)->inbox.front();
    nodes_.at(number)->inbox.pop_front();
    handle(number, event);
    return true;
  }
  unsigned soonest = 0;
  std::size_t index = 0;
  for (const auto& [number, node] : nodes_) {
    for (std::size_t i = 0; i < node->pending.size(); ++i) {
      if (soonest != 0 && nodes_.at(soonest)->pending[index].at <= node->pending[i].at) continue;
      soonest = number;
      index = i;
    }
  }
  if (soonest == 0) return false;
  Node& node = *nodes_.at(soonest);
  Pending item = std::move(node.pending[index]);
  node.pending.erase(node.pending.begin() + static_cast<std::ptrdiff_t>(index));
  now = std::max(now, item.at);
  node.agents.erase(item.run);
  if (item.before) item.before();
  // The node may have switched itself off.
  if (up(soonest)) handle(soonest, item.event);
  return true;
}

void FakeCluster::run(milliseconds limit) {
  const milliseconds end = now + limit;
  while (now <= end && step_once()) {
  }
}

}  // namespace systole::fencing::test
