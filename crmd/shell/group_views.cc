#include "crmd/shell/group_views.h"

#include <algorithm>
#include <utility>

namespace systole::crmd {
namespace {

event::LeaveReason translate(cluster::LeaveReason reason) {
  switch (reason) {
    case cluster::LeaveReason::kLeft:
      return event::LeaveReason::kLeft;
    case cluster::LeaveReason::kProcessDown:
      return event::LeaveReason::kProcessDown;
    case cluster::LeaveReason::kNodeDown:
      return event::LeaveReason::kNodeDown;
  }
  return event::LeaveReason::kNodeDown;
}

}  // namespace

std::vector<event::ViewChanged> GroupViews::change(const cluster::View& view) {
  event::ViewChanged gone;
  event::ViewChanged current;
  for (const cluster::Departure& departure : view.left) {
    const auto found = pids_.find(departure.member.node);
    if (found == pids_.end() || found->second != departure.member.pid) continue;
    pids_.erase(found);
    current.left.push_back({departure.member.node, translate(departure.reason)});
  }
  // A node that leaves and joins in one view is told in two, its end first.
  const auto replaced = [&](NodeNumber node) {
    return std::any_of(view.joined.begin(), view.joined.end(),
                       [&](const cluster::Member& member) { return member.node == node; });
  };
  for (auto& departure : current.left) {
    if (replaced(departure.node)) gone.left = current.left;
  }
  if (!gone.left.empty()) current.left.clear();
  for (const cluster::Member& member : view.joined) {
    if (pids_.erase(member.node) > 0) {
      gone.left.push_back({member.node, event::LeaveReason::kProcessDown});
    }
  }
  gone.members = members();
  // In the first view of a process all others are members already.
  for (const cluster::Member& member : view.members) {
    if (!pids_.contains(member.node)) pids_[member.node] = member.pid;
  }
  for (const cluster::Member& member : view.joined) {
    pids_[member.node] = member.pid;
    if (std::find(current.joined.begin(), current.joined.end(), member.node) ==
        current.joined.end()) {
      current.joined.push_back(member.node);
    }
  }
  current.members = members();
  std::vector<event::ViewChanged> out;
  if (!gone.left.empty()) out.push_back(std::move(gone));
  if (!current.left.empty() || !current.joined.empty() || out.empty()) {
    out.push_back(std::move(current));
  }
  return out;
}

bool GroupViews::is_current(const cluster::Member& sender) const {
  const auto found = pids_.find(sender.node);
  return found != pids_.end() && found->second == sender.pid;
}

std::vector<NodeNumber> GroupViews::members() const {
  std::vector<NodeNumber> out;
  for (const auto& [node, pid] : pids_) out.push_back(node);
  return out;
}

}  // namespace systole::crmd
