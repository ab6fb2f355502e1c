#include "tests/simulation/network.h"

#include <algorithm>

namespace systole::simulation {

namespace event = crmd::event;
using crmd::NodeNumber;

void Network::multicast(Machine& from, std::string bytes) {
  Message message{from.number(), from.process(), std::move(bytes)};
  const Microseconds delay(random_.between(50, 1500));
  // One sender's messages keep their order.
  Microseconds& last = machine_sends_[from.number()];
  last = std::max(last + Microseconds(1), schedule_.now() + delay);
  schedule_.after(last - schedule_.now(), [this, message = std::move(message)] {
    const auto ring = ring_of_.find(message.sender);
    const Machine& sender = machine(message.sender);
    if (ring == ring_of_.end() || sender.process() != message.process) return;
    append(ring->second, message);
  });
}

void Network::append(const RingPtr& ring, Message message) {
  ring->log.push_back(std::move(message));
  for (const auto& [number, process] : ring->processes) {
    Microseconds& last = ring->last_at[number];
    last =
        std::max(last + Microseconds(1), schedule_.now() + Microseconds(random_.between(20, 1500)));
    schedule_.after(last - schedule_.now(), [this, ring, receiver = number, member = process] {
      const auto current = ring_of_.find(receiver);
      Machine& target = machine(receiver);
      if (current == ring_of_.end() || current->second != ring || target.process() != member) {
        return;
      }
      std::size_t& next = ring->delivered[receiver];
      if (next >= ring->log.size()) return;
      const Message& due = ring->log[next++];
      target.step(event::Delivered{due.sender, due.bytes});
    });
  }
}

bool Network::is_whole() const {
  const bool split = std::any_of(component_of_.begin(), component_of_.end(),
                                 [&](int component) { return component != component_of_[0]; });
  return !split && schedule_.now() - partition_changed_ > std::chrono::seconds(5);
}

void Network::set_partition(std::vector<int> component_of) {
  if (component_of != component_of_) partition_changed_ = schedule_.now();
  component_of_ = std::move(component_of);
  changed(Microseconds(random_.between(100000, 1000000)));
}

void Network::changed(Microseconds delay) {
  schedule_.after(delay, [this] { reconfigure(); });
}

void Network::reconfigure() {
  std::map<int, std::vector<Machine*>> components;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (!machines_[i]->powered()) {
      ring_of_.erase(machines_[i]->number());
      corosync_of_.erase(machines_[i]->number());
      continue;
    }
    components[component_of_.empty() ? 0 : component_of_[i]].push_back(machines_[i].get());
  }
  for (const auto& [number, component] : components) form(component);
}

/// Everybody who goes on together delivers the same messages of the old ring.
void Network::flush(Ring& ring, const std::vector<Machine*>& together) {
  std::size_t cut = 0;
  for (const Machine* member : together) {
    cut = std::max(cut, ring.delivered[member->number()]);
  }
  cut = static_cast<std::size_t>(
      random_.between(static_cast<std::int64_t>(cut), static_cast<std::int64_t>(ring.log.size())));
  for (Machine* member : together) {
    std::size_t& next = ring.delivered[member->number()];
    const std::uint64_t process = member->process();
    while (next < cut && member->process() == process) {
      const Message due = ring.log[next++];
      member->step(event::Delivered{due.sender, due.bytes});
    }
  }
}

/// Ends the old rings of a component and tells everybody of the new one.
void Network::replace_rings(const std::vector<Machine*>& component, const RingPtr& next,
                            const std::map<RingPtr, std::vector<Machine*>>& from) {
  // Rings in the order of their ids: addresses differ from run to run.
  std::map<std::uint64_t, RingPtr> ordered;
  for (const auto& [ring, members] : from) ordered[ring->id] = ring;
  std::vector<Message> unsent;
  for (const auto& [id, ring] : ordered) {
    const std::vector<Machine*>& together = from.at(ring);
    flush(*ring, together);
    for (std::size_t i = ring->delivered[together.front()->number()]; i < ring->log.size(); ++i) {
      unsent.push_back(ring->log[i]);
    }
  }
  for (Machine* member : component) {
    if (!member->has_controller()) continue;
    const auto old = ring_of_.find(member->number());
    const RingPtr previous = old == ring_of_.end() ? nullptr : old->second;
    ring_of_[member->number()] = next;
    const bool early = random_.chance(50);
    if (early) tell_quorum(*member, *next);
    announce(*member, *next, previous);
    if (!early) {
      schedule_.after(Microseconds(random_.between(0, 3000)), [this, member, next] {
        if (corosync_of_[member->number()] == next->corosync) tell_quorum(*member, *next);
      });
    }
  }
  for (Message& message : unsent) {
    const auto sender = next->processes.find(message.sender);
    if (sender != next->processes.end() && sender->second == message.process) {
      append(next, std::move(message));
    }
  }
}

void Network::form(const std::vector<Machine*>& component) {
  auto next = std::make_shared<Ring>();
  next->id = ++rings_;
  std::map<RingPtr, std::vector<Machine*>> from;
  for (Machine* member : component) {
    next->corosync.push_back(member->number());
    if (!member->has_controller()) {
      ring_of_.erase(member->number());
      continue;
    }
    const auto old = ring_of_.find(member->number());
    const bool same =
        old != ring_of_.end() && old->second->processes[member->number()] == member->process();
    if (same) from[old->second].push_back(member);
    next->processes[member->number()] = member->process();
  }
  const bool same_group = from.size() == 1 && from.begin()->first->processes == next->processes;
  if (!same_group) replace_rings(component, next, from);
  for (Machine* member : component) {
    std::vector<NodeNumber>& known = corosync_of_[member->number()];
    if (known == next->corosync) continue;
    known = next->corosync;
    if (same_group) tell_quorum(*member, *next);
  }
}

void Network::announce(Machine& member, const Ring& next, const RingPtr& previous) {
  std::vector<NodeNumber> members;
  event::ViewChanged gone;
  event::ViewChanged come;
  const bool known = previous && previous->processes[member.number()] == member.process();
  for (const auto& [number, process] : next.processes) {
    members.push_back(number);
    const bool stays =
        known && previous->processes.contains(number) && previous->processes.at(number) == process;
    if (!stays) come.joined.push_back(number);
    if (stays) gone.members.push_back(number);
  }
  if (known) {
    for (const auto& [number, process] : previous->processes) {
      const auto now = next.processes.find(number);
      if (now != next.processes.end() && now->second == process) continue;
      const bool in_cluster =
          std::find(next.corosync.begin(), next.corosync.end(), number) != next.corosync.end();
      auto reason = event::LeaveReason::kNodeDown;
      if (in_cluster) {
        reason =
            left_.contains(process) ? event::LeaveReason::kLeft : event::LeaveReason::kProcessDown;
      }
      gone.left.push_back({number, reason});
    }
    if (!gone.left.empty()) member.step(gone);
  }
  come.members = std::move(members);
  if (!come.joined.empty()) member.step(come);
}

void Network::tell_quorum(Machine& member, const Ring& ring) {
  event::QuorumChanged quorum;
  quorum.members = ring.corosync;
  quorum.expected_votes = static_cast<std::uint32_t>(machines_.size());
  quorum.quorate = ring.corosync.size() * 2 > machines_.size();
  member.step(quorum);
}

std::vector<Network::Group> Network::groups() const {
  std::map<std::uint64_t, Group> by_ring;
  for (const auto& machine : machines_) {
    const auto found = ring_of_.find(machine->number());
    if (found == ring_of_.end() || !machine->has_controller() || machine->hangs()) continue;
    const Ring& ring = *found->second;
    const auto process = ring.processes.find(machine->number());
    if (process == ring.processes.end() || process->second != machine->process()) continue;
    Group& group = by_ring[ring.id];
    if (group.members.empty()) group.level = true;
    group.id = ring.id;
    group.members.push_back(machine.get());
    const auto delivered = ring.delivered.find(machine->number());
    const std::size_t count = delivered == ring.delivered.end() ? 0 : delivered->second;
    if (count != ring.log.size()) group.level = false;
  }
  std::vector<Group> out;
  out.reserve(by_ring.size());
  for (auto& [id, group] : by_ring) out.push_back(std::move(group));
  return out;
}

}  // namespace systole::simulation
