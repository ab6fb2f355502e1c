#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crmd/core/operation.h"
#include "crmd/core/requests.h"
#include "crmd/core/timers.h"
#include "crmd/core/types.h"
#include "lib/base/result.h"
#include "lib/model/graph.h"

/// What can happen to a controller. The shell turns the world into these, one at a time.
namespace systole::crmd::event {

/// The newest whole document found on disk.
struct StoredCib {
  std::string text;
  Stamp stamp;
};

/// The first event of a process, once.
struct Started {
  NodeNumber self;
  /// Changes whenever the node has booted, stays when processes restart: a token in a folder that
  /// does not survive a reboot. It tells a node that lost its resources from one that still has
  /// them.
  std::string incarnation;
  /// Differs for each process that ever ran; from a random source.
  std::uint64_t process = 0;
  std::string transition_uuid;  ///< a fresh UUID, the one that transition keys carry
  std::string cluster_name;
  std::vector<ConfiguredNode> nodes;
  std::optional<StoredCib> stored;  ///< absent: nothing on disk, or nothing that could be read
};

/// The nodelist of Corosync was changed while running.
struct NodesConfigured {
  std::vector<ConfiguredNode> nodes;
};

enum class LeaveReason : std::uint8_t {
  kLeft,         ///< the controller left the group in good order
  kProcessDown,  ///< the controller died, its node is still a member of Corosync
  kNodeDown,     ///< the node is no longer a member of Corosync
};

struct Departure {
  NodeNumber node;
  LeaveReason reason = LeaveReason::kNodeDown;
};

/// CPG delivered a configuration change of the controllers' group. All members get the same
/// messages before it. The first one that holds `self` is the answer to our own join.
struct ViewChanged {
  std::vector<NodeNumber> members;  ///< in any order, without duplicates
  std::vector<NodeNumber> joined;
  std::vector<Departure> left;
};

/// votequorum's notification. May come before or after the ViewChanged of the same cause.
struct QuorumChanged {
  bool quorate = false;
  std::vector<NodeNumber> members;  ///< the nodes that are members of Corosync
  std::uint32_t expected_votes = 0;
};

/// CPG delivered a message of the group, our own ones included, in the one total order. Messages of
/// any length are put together by the shell.
struct Delivered {
  NodeNumber sender;
  std::string bytes;
};

/// A client asks its CIB. Queries too: they are answered in the same step, from the replica.
struct CibCall {
  CallToken token;
  CibRequest request;
};

struct AttributeCall {
  AttributeRequest request;  ///< acknowledged by the shell before it is carried out
};

struct AttributeQueryCall {
  CallToken token;
  AttributeQuery query;
};

struct ResourceCall {
  CallToken token;
  ResourceRequest request;
};

struct PingCall {
  CallToken token;
  std::string node;  ///< empty: whoever is the coordinator
};

/// A client removes a node for good (`rm_node_cache`).
struct RemoveNodeCall {
  std::string name;
  std::string id;
  std::string user;                 ///< as in CibRequest
  std::vector<std::string> groups;  ///< as in CibRequest
};

/// The node is to leave in good order: its resources are moved away first. Effect Exit follows.
struct ShutdownRequested {};

struct TimerFired {
  TimerId timer;
};

/// One result, of an operation that ran once or of one turn of a recurring one.
struct OperationFinished {
  /// Handed back in ReleaseResult once the cluster has the result. Grows from result to result of
  /// one incarnation of the node, so that a result that comes twice is counted once; 0: made up by
  /// the shell, nothing to release.
  std::uint64_t receipt = 0;
  OperationResult result;
};

/// The executor is there (again). It tells all operations that it still runs or repeats, and the
/// results that nobody has taken from it; what is in neither never ran or was cut short by a
/// reboot.
struct ExecutorConnected {
  struct Running {
    std::string transition_key;
    std::string resource;
    std::string task;
    Milliseconds interval{};
  };
  std::vector<Running> running;
  std::vector<OperationFinished> held;
};

/// The executor cannot be reached (it is being restarted). It keeps what it was told.
struct ExecutorLost {};

/// Answer to effect Fence, once for each token.
struct FenceFinished {
  FenceToken token;
  bool succeeded = false;
  std::string reason;
  bool by_hand = false;  ///< a person's word, no device's
};

/// Any fencing that ended, whoever asked for it, as the fencers of all nodes announce it.
struct FenceObserved {
  std::string target;  ///< name of the node
  std::string action;  ///< off, reboot, on
  bool succeeded = false;
  std::string origin;
  bool by_hand = false;       ///< a person's word, no device's
  std::string description{};  ///< the whole of it, for people
  int rc = 0;                 ///< 0, or a negative error number
};

/// Answer to effect Persist, in the order of the effects. A failed write leaves the previous
/// document on disk.
struct Persisted {
  PersistId id;
  std::optional<base::Error> error;
};

/// Answer to effect Plan.
struct PlanReady {
  PlanId id;
  base::Result<model::TransitionGraph> graph;
};

}  // namespace systole::crmd::event

namespace systole::crmd {

using Event =
    std::variant<event::Started, event::NodesConfigured, event::ViewChanged, event::QuorumChanged,
                 event::Delivered, event::CibCall, event::AttributeCall, event::AttributeQueryCall,
                 event::ResourceCall, event::PingCall, event::RemoveNodeCall,
                 event::ShutdownRequested, event::TimerFired, event::ExecutorConnected,
                 event::ExecutorLost, event::OperationFinished, event::FenceFinished,
                 event::FenceObserved, event::Persisted, event::PlanReady>;

}  // namespace systole::crmd
