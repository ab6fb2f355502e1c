#include "tests/simulation/cluster.h"

#include <algorithm>
#include <cstdio>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "policy/plan.h"
#include "tests/simulation/test_planner.h"

namespace systole::simulation {

namespace effect = crmd::effect;
namespace event = crmd::event;

namespace {

std::vector<crmd::ConfiguredNode> node_list(std::uint32_t count) {
  std::vector<crmd::ConfiguredNode> nodes;
  for (std::uint32_t i = 1; i <= count; ++i) {
    nodes.push_back({crmd::NodeNumber(i), base::cat("node", i), 1});
  }
  return nodes;
}

}  // namespace

Cluster::Cluster(const Options& options)
    : options_(options), random_(options.seed), network_(schedule_, random_, machines_) {
  const std::vector<crmd::ConfiguredNode> nodes = node_list(options.nodes);
  Surroundings& surroundings = *this;
  for (const crmd::ConfiguredNode& node : nodes) {
    machines_.push_back(
        std::make_unique<Machine>(schedule_, random_, faults_, surroundings, nodes, node.number));
  }
}

Cluster::~Cluster() = default;

void Cluster::trace(const std::string& line) {
  for (const char c : line) {
    trace_hash_ = (trace_hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  if (options_.verbose) {
    std::printf("%12.6f %s\n", static_cast<double>(schedule_.now().count()) / 1e6, line.c_str());
  }
}

void Cluster::multicast(Machine& from, std::string bytes) {
  network_.multicast(from, std::move(bytes));
}

base::Result<model::TransitionGraph> Cluster::calculate(const Machine& from,
                                                        const effect::Plan& order) const {
  const xml::Element root = from.controller().document().root();
  if (!options_.engine) return plan_simply(root);
  cib_model::ReadOptions reading;
  reading.now = order.now;
  base::Result<model::Snapshot> snapshot = cib_model::read_snapshot(root, reading);
  if (!snapshot) return snapshot.error();
  return policy::plan(*snapshot).graph;
}

void Cluster::plan(Machine& from, const effect::Plan& order) {
  count_plan();
  base::Result<model::TransitionGraph> calculated = calculate(from, order);
  if (!calculated) {
    trace(base::cat(from.name(), " cannot plan: ", calculated.error().message));
    from.step(event::PlanReady{order.id, calculated.error()});
    return;
  }
  model::TransitionGraph graph = std::move(calculated).value();
  std::string text = base::cat(from.name(), " plans ", order.id.value(), ":");
  for (const model::Synapse& synapse : graph.synapses) {
    text += base::cat(" ", synapse.action.key, "@", synapse.action.node);
  }
  trace(text);
  schedule_.after(Microseconds(random_.between(500, 20000)),
                  [this, &from, process = from.process(), id = order.id, graph = std::move(graph)] {
                    if (from.process() == process) from.step(event::PlanReady{id, graph});
                  });
}

void Cluster::replied(Machine& from, const effect::ReplyCib& reply) {
  const auto asked = asked_.find({from.process(), reply.token.value()});
  if (asked == asked_.end()) return;
  const bool safe = !reply.answer.error && !reply.answer.provisional;
  trace(base::cat(from.name(), safe ? " acknowledges " : " does not promise ", asked->second,
                  reply.answer.error ? base::cat(": ", reply.answer.error->message) : ""));
  if (safe) {
    acknowledged_.insert(asked->second);
    ++verdict_.acknowledged;
  }
  asked_.erase(asked);
}

void Cluster::boot(Machine& machine, Microseconds delay) {
  schedule_.after(delay, [this, &machine] {
    if (machine.powered()) return;
    trace(base::cat(machine.name(), " boots"));
    machine.power_on();
    machine.start_controller();
    network_.changed(Microseconds(random_.between(1000, 300000)));
  });
}

void Cluster::crash(Machine& machine, Microseconds down_for) {
  trace(base::cat(machine.name(), " loses power"));
  machine.power_off();
  network_.changed(Microseconds(random_.between(50000, 1000000)));
  boot(machine, down_for);
}

void Cluster::kill_controller(Machine& machine) {
  if (!machine.has_controller()) return;
  trace(base::cat(machine.name(), ": controller killed"));
  machine.kill_controller();
  network_.changed(Microseconds(random_.between(100, 5000)));
  schedule_.after(Microseconds(random_.between(50000, 600000)), [this, &machine] {
    if (!machine.powered() || machine.has_controller()) return;
    trace(base::cat(machine.name(), ": controller restarted"));
    machine.start_controller();
    network_.changed(Microseconds(random_.between(100, 50000)));
  });
}

void Cluster::controller_exited(Machine& from, const effect::Exit& exit) {
  if (exit.after == effect::After::kReset) {
    schedule_.after(Microseconds(random_.between(100, 5000)), [this, &from] {
      if (from.powered()) crash(from, Microseconds(random_.between(2000000, 15000000)));
    });
    return;
  }
  const bool clean = exit.after != effect::After::kRestart;
  if (clean) network_.left(from.process());
  network_.changed(Microseconds(random_.between(100, 5000)));
  const Microseconds pause = clean ? Microseconds(random_.between(2000000, 20000000))
                                   : Microseconds(random_.between(50000, 600000));
  schedule_.after(pause, [this, &from] {
    if (!from.powered() || from.has_controller()) return;
    trace(base::cat(from.name(), ": controller started again"));
    from.start_controller();
    network_.changed(Microseconds(random_.between(100, 50000)));
  });
}

void Cluster::fence(Machine& from, const effect::Fence& order) {
  trace(base::cat(from.name(), " fences ", order.target));
  const bool fails = random_.chance(faults_.fencing_fails);
  const auto target = std::find_if(machines_.begin(), machines_.end(), [&](const auto& candidate) {
    return candidate->name() == order.target;
  });
  if (target == machines_.end()) return;
  schedule_.after(Microseconds(random_.between(100000, 3000000)), [this, &from,
                                                                   process = from.process(), order,
                                                                   fails, &victim = **target] {
    const bool lies = !fails && random_.chance(faults_.fencing_lies) && may_be_told_dead(victim);
    const Microseconds answer_after = fails || lies ? Microseconds(0) : fence_delay();
    if (lies) trace(base::cat(victim.name(), " lives on, whatever the device says"));
    if (!fails && !lies) fence_target(from.name(), victim, order.action, answer_after);
    const event::FenceFinished done{order.token, !fails, fails ? "simulated device failure" : ""};
    schedule_.after(answer_after, [&from, process, done] {
      if (from.process() == process) from.step(done);
    });
  });
}

Microseconds Cluster::fence_delay() {
  return Microseconds(random_.chance(faults_.fencing_slow) ? random_.between(0, 30000000) : 0);
}

void Cluster::fence_target(const std::string& origin, Machine& target, const std::string& action,
                           Microseconds told_after) {
  ++verdict_.fencings;
  trace(base::cat(target.name(), " is fenced by ", origin));
  const bool was_on = target.powered();
  if (was_on) target.power_off();
  network_.changed(Microseconds(random_.between(50000, 1000000)));
  if (was_on) boot(target, Microseconds(random_.between(2000000, 15000000)));
  const event::FenceObserved seen{target.name(), action, true, origin};
  for (const auto& other : machines_) {
    if (!other->powered() || !other->has_controller()) continue;
    schedule_.after(told_after + Microseconds(random_.between(100, 5000)),
                    [&machine = *other, process = other->process(), seen] {
                      if (machine.process() == process) machine.step(seen);
                    });
  }
}

Verdict Cluster::run() {
  for (const auto& machine : machines_) boot(*machine, Microseconds(random_.between(0, 2000000)));
  schedule_.after(std::chrono::seconds(8), [this] { configure_resources(); });
  schedule_.after(std::chrono::seconds(20), [this] { inject(); });
  const Microseconds faulty_end = options_.faulty;
  schedule_.after(faulty_end, [this] { start_healing(); });
  const Microseconds end = faulty_end + options_.healing;
  const Microseconds quiet_from = end - std::chrono::seconds(40);
  bool counting = false;
  while (!verdict_.violation && schedule_.run_next(end)) {
    ++verdict_.events;
    check();
    if (!counting && schedule_.now() >= quiet_from) {
      counting = true;
      last_plan_count_ = verdict_.plans;
    }
  }
  if (!verdict_.violation) check_healed();
  verdict_.fingerprint = base::cat(trace_hash_, "-", verdict_.events);
  return verdict_;
}

}  // namespace systole::simulation
