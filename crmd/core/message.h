#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crmd/core/operation.h"
#include "crmd/core/requests.h"
#include "crmd/core/types.h"
#include "lib/base/result.h"

/// What controllers tell each other. Delivered to all members of the group in one order, so that
/// whoever applies them in that order has the same state.
namespace systole::crmd::message {

/// Names one round of agreement after a change of members; never used twice.
struct RoundId {
  NodeNumber leader;
  std::uint64_t process = 0;
  std::uint64_t count = 0;

  auto operator<=>(const RoundId&) const = default;
};

/// Asks all members for their summaries. From its delivery on, the round's members stand at the
/// same point of the order.
struct SyncBegin {
  RoundId round;
  std::vector<NodeNumber> members;  ///< of the view it is meant for
  /// Those of them that take no part: they have said nothing for too long.
  std::set<NodeNumber> silent;
  bool quorate = false;
  std::uint32_t disks = 1;  ///< how many nodes must have a change on disk
};

struct AttributeValue {
  std::string name;
  std::string value;
  std::string set;
  std::string user;
  Milliseconds dampening{};
  bool is_private = false;
};

/// What a member's replica is. `valid` is false for a process that has none yet.
struct Summary {
  RoundId round;
  bool valid = false;
  std::string name;  ///< of the sender
  Stamp stamp;
  Version version;
  std::string digest;           ///< of everything that is replicated
  bool continued = false;       ///< Replica::continued
  std::uint64_t seniority = 0;  ///< of the sender's coordinator, in its own replica
  std::uint64_t own_seniority = 0;
  Milliseconds present{};  ///< since the sender became a member
  std::string incarnation;
  std::string feature_set;
  std::vector<AttributeValue> attributes;  ///< the sender's own transient attributes
};

/// The authoritative replica, for those whose digests differ.
struct ReplicaImage {
  RoundId round;
  std::string image;
};

/// A member that took over another replica tells what that one could not know.
struct Report {
  std::string incarnation;
  /// The sender's `lrm` element as its own replica had it; empty: what the cluster has stays.
  std::string history;
  /// The sender's own replica held its history, so that `history` is to be believed even if empty.
  bool replaces_history = false;
  /// What its executor had not answered then, as far as that replica knew.
  std::vector<Operation> operations;
};

struct CibChange {
  std::uint64_t token = 0;  ///< the sender's CallToken
  Now now;
  CibRequest request;
};

/// The sender has this configuration on its disk, or failed to write it.
struct Durable {
  bool failed = false;
  std::string reason;
  std::uint64_t generation = 0;
  Version version;
};

/// The sender has promised this generation on its disk.
struct Promised {
  std::uint64_t generation = 0;
};

/// The coordinator saw quorum come or go without a change of members.
struct Quorum {
  bool quorate = false;
  std::uint32_t disks = 1;
};

/// What clients of the sender asked for, in their order.
struct AttributeChanges {
  Now now;
  std::vector<AttributeRequest> requests;
};

/// The coordinator says that dampened values are due.
struct AttributeFlush {
  Now now;
  std::vector<std::string> names;
};

struct Execute {
  RoundId round;  ///< worthless after the next change of members
  Now now;
  NodeNumber target;
  Operation operation;
};

/// Stop repeating an operation. The target reports a cancelled result with this key.
struct Cancel {
  RoundId round;
  Now now;
  NodeNumber target;
  std::string transition_key;
  std::string key;
  std::string resource;
  std::string task;
  Milliseconds interval{};
};

/// The target is to leave: its resources are stopped.
struct Leave {
  RoundId round;
  NodeNumber target;
};

/// The coordinator gives a node up that is no member of the group: its controller has not come back
/// within the grace, or Corosync has lost the node meanwhile.
struct GivenUp {
  RoundId round;
  NodeNumber node;
  bool in_cluster = false;  ///< still a member of Corosync
};

struct Result {
  Now now;
  std::uint64_t receipt = 0;
  OperationResult result;
  /// The executor never had it: what was recorded as pending is unknown again.
  bool never_ran = false;
  /// Concluded and not heard from an executor: of no worth once the operation has ended otherwise.
  bool concluded = false;
  /// Told before, and overwritten by the sender's report since: failures are counted already.
  bool repeated = false;
};

/// A node was fenced (or a fencing failed).
struct Fenced {
  Now now;
  std::string target;
  /// The boot of the target that the fencing was meant for; a later one is not affected. Empty:
  /// the target was never seen.
  std::string incarnation;
  std::string action;
  bool succeeded = false;
  /// Of an unfencing: what the devices that were to let the node in are like, for the plans to
  /// come.
  std::string device_digests{};
  std::string open_device_digests{};  ///< the same without secret parameters
};

/// A node is said to have been fenced and speaks to the group: it has to leave, before what it runs
/// is started elsewhere.
struct Condemned {
  Now now;
  std::string target;
  std::string incarnation;  ///< the boot that is meant; a later one is not affected
  bool by_hand = false;     ///< a person said so, no device
};

struct Resource {
  std::uint64_t token = 0;
  Now now;
  ResourceRequest request;
};

struct ResourceReply {
  NodeNumber target;
  std::uint64_t token = 0;
  ResourceRequest request;
  ResourceAnswer answer;
};

struct Ping {
  std::uint64_t token = 0;
  std::string node;  ///< empty: the coordinator
};

struct Pong {
  NodeNumber target;
  std::uint64_t token = 0;
  PingAnswer answer;
};

struct ShutdownWish {
  Now now;
};

struct RemoveNode {
  Now now;
  std::string name;
  std::string id;
};

/// What the coordinator calls nodes that have not been seen.
struct NodeNames {
  std::map<NodeNumber, std::string> names;
};

}  // namespace systole::crmd::message

namespace systole::crmd {

using Message =
    std::variant<message::SyncBegin, message::Summary, message::ReplicaImage, message::Report,
                 message::CibChange, message::Durable, message::Promised, message::Quorum,
                 message::AttributeChanges, message::AttributeFlush, message::Execute,
                 message::Cancel, message::Leave, message::GivenUp, message::Result,
                 message::Fenced, message::Resource, message::ResourceReply, message::Ping,
                 message::Pong, message::ShutdownWish, message::RemoveNode, message::Condemned,
                 message::NodeNames>;

std::string encode(const Message& message);

/// Bytes from the network: anything that is not exactly one message is kProtocol.
base::Result<Message> decode(std::string_view bytes);

}  // namespace systole::crmd
