#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crmd/core/controller.h"
#include "crmd/core/message.h"
#include "lib/base/strings.h"
#include "lib/cib/document.h"

namespace systole::crmd {

/// Controllers whose messages arrive at once, everywhere and in one order, with disks that write at
/// once unless told otherwise. Plans are asked for and never answered unless a test does.
class Group {
 public:
  explicit Group(std::uint32_t size) {
    for (std::uint32_t i = 1; i <= size; ++i) {
      configured_.push_back({NodeNumber(i), base::cat("node", i), 1});
    }
  }

  /// Starts the controllers of these nodes and makes them one view with quorum.
  void form(const std::vector<std::uint32_t>& nodes, bool quorate = true) {
    for (const std::uint32_t node : nodes) start(node);
    view(nodes, nodes, {}, quorate);
  }

  void start(std::uint32_t node, std::string incarnation = "first") {
    controllers_[node] = std::make_unique<Controller>(nullptr);
    event::Started started;
    started.self = NodeNumber(node);
    started.incarnation = std::move(incarnation);
    started.process = ++processes_;
    started.transition_uuid = base::cat("uuid-", node);
    started.nodes = nodes_known_to(node);
    const auto disk = disks_.find(node);
    if (disk != disks_.end()) started.stored = disk->second;
    step(node, started);
    step(node, event::ExecutorConnected{});
  }

  /// Corosync's configuration on `node` calls another one so.
  void call(std::uint32_t node, std::uint32_t other, std::string name) {
    names_[node][other] = std::move(name);
  }
  std::vector<ConfiguredNode> nodes_known_to(std::uint32_t node) {
    std::vector<ConfiguredNode> nodes = configured_;
    for (const auto& [other, name] : names_[node]) nodes.at(other - 1).name = name;
    return nodes;
  }

  /// A change of members, told to all of `members`, with votequorum's word before it.
  void view(const std::vector<std::uint32_t>& members, const std::vector<std::uint32_t>& joined,
            const std::vector<event::Departure>& left, bool quorate) {
    event::QuorumChanged quorum;
    quorum.quorate = quorate;
    for (const std::uint32_t node : members) quorum.members.push_back(NodeNumber(node));
    for (const event::Departure& departure : left) {
      if (departure.reason != event::LeaveReason::kNodeDown) {
        quorum.members.push_back(departure.node);
      }
    }
    quorum.expected_votes = static_cast<std::uint32_t>(configured_.size());
    for (const std::uint32_t node : members) step(node, quorum);
    view_alone(members, joined, left);
  }

  /// The same without a word of votequorum.
  void view_alone(const std::vector<std::uint32_t>& members,
                  const std::vector<std::uint32_t>& joined,
                  const std::vector<event::Departure>& left) {
    event::ViewChanged changed;
    for (const std::uint32_t node : members) changed.members.push_back(NodeNumber(node));
    for (const std::uint32_t node : joined) changed.joined.push_back(NodeNumber(node));
    changed.left = left;
    members_ = {members.begin(), members.end()};
    for (const std::uint32_t node : members) step(node, changed);
    deliver();
  }

  /// An event and everything that follows from it.
  void handle(std::uint32_t node, const Event& event) {
    step(node, event);
    deliver();
  }

  void deliver() {
    while (!queue_.empty() && !messages_held_) deliver_next();
  }

  /// The next messages, even while they wait.
  void deliver_some(std::size_t count) {
    for (; count > 0 && !queue_.empty(); --count) deliver_next();
  }

  void deliver_next() {
    const auto [sender, bytes] = queue_.front();
    queue_.pop_front();
    if (!members_.contains(sender)) return;
    for (const std::uint32_t node : members_) {
      if (controllers_.contains(node)) {
        step(node, event::Delivered{NodeNumber(sender), bytes});
      }
    }
  }

  /// Messages wait from now on, until release_messages().
  void hold_messages() { messages_held_ = true; }
  void release_messages() {
    messages_held_ = false;
    deliver();
  }

  CallToken ask(std::uint32_t node, CibRequest request) {
    const CallToken token(++tokens_);
    handle(node, event::CibCall{token, std::move(request)});
    return token;
  }

  static CibRequest option(const std::string& name, const std::string& value) {
    CibRequest request;
    request.operation = "cib_modify";
    request.section = "crm_config";
    request.options = 0x8;
    request.input =
        base::cat("<crm_config><cluster_property_set id=\"o\"><nvpair id=\"o-", name, "\" name=\"",
                  name, "\" value=\"", value, "\"/></cluster_property_set></crm_config>");
    return request;
  }

  /// The effects of one kind that a node had since the last call of clear().
  template <typename Kind>
  std::vector<Kind> effects(std::uint32_t node) const {
    std::vector<Kind> out;
    const auto found = effects_.find(node);
    if (found == effects_.end()) return out;
    for (const Effect& effect : found->second) {
      if (const auto* kind = std::get_if<Kind>(&effect)) out.push_back(*kind);
    }
    return out;
  }
  void clear() { effects_.clear(); }

  Controller& operator[](std::uint32_t node) { return *controllers_.at(node); }
  std::string cib(std::uint32_t node) { return controllers_.at(node)->document().xml().compact(); }
  xml::Element node_state(std::uint32_t seen_by, std::uint32_t node) {
    return controllers_.at(seen_by)->document().root().first_child("status").first_child(
        "node_state", std::to_string(node));
  }
  bool same_everywhere() {
    for (const std::uint32_t node : members_) {
      if (cib(node) != cib(*members_.begin())) return false;
    }
    return true;
  }

  void stop(std::uint32_t node) {
    controllers_.erase(node);
    members_.erase(node);
  }
  /// The controller of a node does nothing until wake(), while it stays a member.
  void hang(std::uint32_t node) { hanging_[node]; }
  void wake(std::uint32_t node) {
    const std::vector<Event> missed = std::move(hanging_.at(node));
    hanging_.erase(node);
    for (const Event& event : missed) step(node, event);
    deliver();
  }
  void unhang(std::uint32_t node) { hanging_.erase(node); }
  void fail_disk(std::uint32_t node, bool fails = true) {
    if (fails) {
      broken_.insert(node);
    } else {
      broken_.erase(node);
    }
  }
  /// Writes are kept and neither done nor answered until release_disk().
  void hold_disk(std::uint32_t node) { held_disks_.insert(node); }
  void release_disk(std::uint32_t node) {
    held_disks_.erase(node);
    std::vector<effect::Persist> waiting;
    waiting.swap(held_writes_[node]);
    for (const effect::Persist& write : waiting) persist(node, write);
    deliver();
  }
  std::map<std::uint32_t, event::StoredCib>& disks() { return disks_; }
  void pass(Milliseconds time) { now_.steady += time, now_.wall += time; }

 private:
  void step(std::uint32_t node, const Event& event) {
    if (const auto hanging = hanging_.find(node); hanging != hanging_.end()) {
      hanging->second.push_back(event);
      return;
    }
    const Effects effects = controllers_.at(node)->step(event, now_);
    for (const Effect& effect : effects) {
      effects_[node].push_back(effect);
      if (const auto* multicast = std::get_if<effect::Multicast>(&effect)) {
        queue_.emplace_back(node, multicast->bytes);
      } else if (const auto* write = std::get_if<effect::Persist>(&effect)) {
        if (held_disks_.contains(node)) {
          held_writes_[node].push_back(*write);
        } else {
          persist(node, *write);
        }
      }
    }
  }

  void persist(std::uint32_t node, const effect::Persist& write) {
    event::Persisted done{write.id, std::nullopt};
    if (broken_.contains(node)) {
      done.error = base::Error{base::Errc::kNoSpace, "disk full"};
    } else {
      disks_[node] = event::StoredCib{write.text, write.stamp};
    }
    step(node, done);
  }

  std::vector<ConfiguredNode> configured_;
  std::map<std::uint32_t, std::map<std::uint32_t, std::string>> names_;
  std::map<std::uint32_t, std::unique_ptr<Controller>> controllers_;
  std::map<std::uint32_t, std::vector<Effect>> effects_;
  std::map<std::uint32_t, event::StoredCib> disks_;
  std::set<std::uint32_t> broken_;
  std::set<std::uint32_t> held_disks_;
  std::map<std::uint32_t, std::vector<effect::Persist>> held_writes_;
  std::set<std::uint32_t> members_;
  std::map<std::uint32_t, std::vector<Event>> hanging_;
  bool messages_held_ = false;
  std::deque<std::pair<std::uint32_t, std::string>> queue_;
  std::uint64_t tokens_ = 0;
  std::uint64_t processes_ = 0;
  Now now_{Milliseconds(1000), Milliseconds(1795200000000), 0};
};

}  // namespace systole::crmd
