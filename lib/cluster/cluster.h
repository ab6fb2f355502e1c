#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ids.h"
#include "lib/base/result.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::cluster {

using base::Errc;
using base::Error;
using base::NodeNumber;
using base::Result;

/// The process groups of the daemons.
inline constexpr const char* kControllerGroup = "systole-controller";
inline constexpr const char* kFencerGroup = "systole-fencer";

/// A node as Corosync's nodelist gives it.
struct ConfiguredNode {
  NodeNumber number;
  std::string name;         ///< its `name`, else its address where that is no number, else "NodeN"
  std::uint32_t votes = 1;  ///< quorum_votes

  bool operator==(const ConfiguredNode&) const = default;
};

/// What votequorum says. Nodes that a quorum device votes for are not members.
struct Quorum {
  bool quorate = false;
  std::vector<NodeNumber> members;  ///< nodes of this partition, ascending
  std::uint32_t expected_votes = 0;
};

/// One process in a group.
struct Member {
  NodeNumber node;
  std::uint32_t pid = 0;

  auto operator<=>(const Member&) const = default;
};

enum class LeaveReason : std::uint8_t {
  kLeft,         ///< it left the group
  kProcessDown,  ///< it died; its node is still there
  kNodeDown,     ///< its node is no longer a member of Corosync
};

struct Departure {
  Member member;
  LeaveReason reason = LeaveReason::kNodeDown;
};

struct View {
  std::vector<Member> members;
  std::vector<Member> joined;
  std::vector<Departure> left;
};

/// One process group: virtual synchrony as CPG gives it (CPG_TYPE_AGREED). What is relied on:
///
/// - All members get the messages and views of the group in the same order; messages of one sender
///   in the order in which it sent them. Our own messages come back to us in that order too.
/// - Two members that go from one view to the next together have got the same messages before it.
/// - A message is delivered in one view, to all its members or, if the sender leaves first, to
/// none.
///   CPG promises less when partitions merge; see FragmentSender for what is added.
/// - A process that finds that it missed a message all the same is told that the group is lost.
/// - A delivered message need not be on any disk, nor at members that crash right after.
class Group {
 public:
  struct Handlers {
    std::function<void(const View&)> on_view;
    std::function<void(const Member& sender, std::string bytes)> on_message;
  };

  /// Leaves the group in good order.
  virtual ~Group() = default;

  /// Sends `bytes` to all members, this one included. Returns at once; while Corosync cannot take
  /// messages (flow control, a membership being formed) they wait here. kBusy when more waits than
  /// can be kept, kTooLarge over message_size_max().
  virtual Result<void> multicast(std::string bytes) = 0;

  virtual std::size_t message_size_max() const = 0;

  /// Bytes of our own messages that have not come back yet.
  virtual std::size_t waiting_bytes() const = 0;
};

/// The node's connection to Corosync. Lives on one event loop's thread; callbacks come from there,
/// never from inside a call to this object, and may destroy groups but not this object.
class Cluster {
 public:
  struct Handlers {
    /// Membership or quorum changed; also once soon after start().
    std::function<void(const Quorum&)> on_quorum;
    /// The nodelist was changed while running.
    std::function<void(const std::vector<ConfiguredNode>&)> on_nodes;
    /// An administrator asks whether Corosync may stop. False keeps it running.
    std::function<bool()> may_stop;
    /// Corosync is gone, or has delivered a group's messages to others and not here. Told once,
    /// nothing follows; the process has to exit, since its groups are lost.
    std::function<void(const Error&)> on_lost;
  };

  virtual ~Cluster() = default;

  virtual NodeNumber local_node() const = 0;
  /// This node's name: that of its nodelist entry, else the host name.
  virtual const std::string& local_name() const = 0;
  /// totem.cluster_name; empty when it has none.
  virtual const std::string& name() const = 0;
  virtual std::vector<ConfiguredNode> nodes() const = 0;
  /// The newest state that on_quorum told.
  virtual const Quorum& quorum() const = 0;

  /// Begins with the callbacks. Called once.
  virtual Result<void> start(Handlers handlers) = 0;

  /// Joins group `name`. The first view that holds this process tells that it is in.
  virtual Result<std::unique_ptr<Group>> join(std::string_view name, Group::Handlers handlers) = 0;
};

/// Connects to the Corosync of this node. Tries again up to `limit` while it is starting; blocks
/// meanwhile. kNotConnected when it is not there by then, kPermission when it does not let this
/// user in (see permit_group()).
Result<std::unique_ptr<Cluster>> connect_corosync(daemon::EventLoop& loop,
                                                  std::chrono::milliseconds limit);

/// Lets members of `group` use Corosync until that stops. Needs root.
Result<void> permit_group(gid_t group, std::chrono::milliseconds limit);

}  // namespace systole::cluster
