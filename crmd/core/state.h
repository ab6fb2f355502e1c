#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crmd/core/attribute_queue.h"
#include "crmd/core/attribute_table.h"
#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/receipts.h"
#include "crmd/core/transition.h"
#include "crmd/core/types.h"
#include "lib/cib/document.h"

namespace systole::crmd {

/// What the group knows of a node whose controller was in it at some time.
struct Peer {
  enum class State : std::uint8_t {
    kMember,     ///< in the group, and the group knows its state
    kReporting,  ///< in the group, its report is awaited
    kGrace,      ///< its controller died a moment ago
    kOverdue,    ///< its controller has not come back; the node is a member of Corosync
    kLost,       ///< its node is not a member of Corosync any more
    kLeft,       ///< left in good order
    kFenced,     ///< fenced since it was seen
  };
  State state = State::kReporting;
  std::string incarnation;
  std::uint64_t seniority = 0;  ///< smaller is more senior
  Receipts receipts;
  /// What the group knows of its operations may be from before it acted elsewhere.
  bool doubtful = false;
  bool leaving = false;    ///< told to leave, its resources are stopped
  bool condemned = false;  ///< it is said to have been fenced, and is alive
  bool condemned_by_hand = false;
  bool in_cluster = false;  ///< a member of Corosync, as far as the group was told
};

/// An operation that an executor has and has not answered.
struct InFlight {
  NodeNumber target;
  Operation operation;
};

/// Everything that is the same on all members of a synchronised group.
struct Replica {
  explicit Replica(cib::Document initial) : document(std::move(initial)) {}

  cib::Document document;
  AttributeTable attributes;
  std::map<NodeNumber, std::string> names;  ///< of nodes; see node_names.h
  std::map<NodeNumber, Peer> peers;
  std::uint64_t next_seniority = 1;
  std::map<std::string, InFlight> in_flight;  ///< by transition key
  /// It descends from that of the group that made its generation, through members that lived on:
  /// what it tells of members and their order is the cluster's. A generation is of one group, so
  /// two such replicas with one generation count seniority alike.
  bool continued = false;
  bool quorate = false;
};

/// Finding one replica after a change of members.
struct Agreement {
  enum class Phase : std::uint8_t {
    kAlone,      ///< not in the group
    kWaiting,    ///< for the leader's SyncBegin
    kSummaries,  ///< for the members' summaries
    kImage,      ///< for the authoritative replica
    kDone,
  };
  Phase phase = Phase::kAlone;
  std::vector<NodeNumber> group;  ///< its members as CPG counts them, ascending
  std::vector<NodeNumber> view;   ///< those of them that take part, ascending
  std::set<NodeNumber> silent;    ///< those that do not; see silence.h
  message::RoundId round;
  bool round_quorate = false;
  std::uint32_t round_disks = 1;
  bool begin_sent = false;
  std::uint64_t begins = 0;  ///< how many rounds this process has led
  std::map<NodeNumber, message::Summary> summaries;
  NodeNumber authority;
  std::set<NodeNumber> outdated;  ///< who needs the authority's replica
  /// Delivered since the change of members, to be applied once there is one replica.
  std::vector<std::pair<NodeNumber, Message>> held;
};

/// The view's generation, and what is on the disks of the members.
struct Durability {
  enum class Phase : std::uint8_t {
    kNone,         ///< the view has no quorum, and no generation
    kPreparing,    ///< its members are to promise to use no lower one
    kEstablished,  ///< a majority of disks has promised it
  };
  Phase phase = Phase::kNone;
  /// The view's generation. In a view without one, the highest that a member has promised.
  std::uint64_t generation = 0;
  std::set<NodeNumber> promised;
  std::uint32_t needed = 1;               ///< how many nodes must have a change on disk
  std::map<NodeNumber, Version> durable;  ///< in the current generation
  std::set<NodeNumber> failed;            ///< whose last write failed

  bool established() const { return phase == Phase::kEstablished; }
};

/// What is on the disk of this node.
struct Disk {
  struct Content {
    Stamp stamp;
    Version version;
  };
  struct Write {
    PersistId id;
    Content content;
  };
  Content content;
  std::optional<Write> in_progress;
  bool outdated = false;  ///< there is something newer than what is being written
  std::uint64_t next_write = 1;
};

/// A client of this node that waits for its change.
struct PendingCall {
  Version version;  ///< to be durable; meaningful once applied
  bool applied = false;
  CibAnswer answer;
};

/// A question of a client of this node that another one is to answer.
struct Question {
  NodeNumber asked;
  std::variant<ResourceRequest, message::Ping> text;
  bool unheard = false;  ///< who was asked is gone
};

/// votequorum's view of this node alone.
struct LocalQuorum {
  bool known = false;
  bool quorate = false;
  std::set<NodeNumber> members;
  std::uint32_t expected_votes = 0;
  /// Counted as members although CPG says that they went down: news is on its way.
  std::set<NodeNumber> stale;
};

/// What this node has to tell after it took over another replica, until it is delivered.
struct OwnReport {
  std::string history;
  bool replaces_history = false;
  std::vector<Operation> operations;
  /// Results delivered since the takeover: not in `history`, which replaces what they changed.
  std::vector<message::Result> results;
};

struct ExecutorLink {
  bool connected = false;
  std::vector<Effect> waiting;  ///< until it is connected
  /// Operations that it has, or will be given.
  std::set<std::string> keys;
  /// What it repeats, as far as this process knows.
  struct Recurring {
    std::string resource;
    std::string task;
    Milliseconds interval{};
    auto operator<=>(const Recurring&) const = default;
  };
  std::set<Recurring> recurring;
  std::uint64_t own_cancels = 0;
  /// Results that came before this node was in the group.
  std::vector<message::Result> unsent;
};

/// A request to the fencer that it has not answered.
struct PendingFence {
  std::string target;
  std::string action;
  std::string incarnation;  ///< of the target when it was asked for
  std::uint32_t action_id = 0;
  std::uint32_t transition = 0;
  std::string device_digests;  ///< as in message::Fenced
  std::string open_device_digests;
  /// When a device said that it succeeded, although the target is alive as far as is known.
  std::optional<Milliseconds> succeeded_at;
  bool doubted = false;  ///< the group was told that the target is alive
  bool told = false;     ///< the group was told that the target was fenced
};

/// Fencings of a target that failed, since the last that did not.
struct FailedFencings {
  int count = 0;
  Milliseconds next_try{};  ///< steady
};

/// A fencing of a transition that waits for the time at which it may be tried again.
struct PostponedFencing {
  std::uint32_t transition = 0;
  model::GraphAction action;
};

/// Deciding when to plan, and carrying plans out. Used on the coordinator only.
struct Coordination {
  bool active = false;           ///< this node is the coordinator
  Milliseconds since{};          ///< when it became that (steady)
  bool described = false;        ///< wrote what describes the cluster
  std::set<NodeNumber> arrived;  ///< members whose entry in the configuration may be missing
  bool startup_over = false;     ///< nodes never seen are not waited for any longer
  bool dirty = false;            ///< something changed that a plan may depend on
  bool soft_dirty = false;       ///< attributes changed
  bool soft_delay = false;       ///< attribute changes are being collected
  Milliseconds last_plan_at{};
  std::uint64_t plans = 0;
  std::optional<PlanId> planning;
  /// The plan in question is used for its fencings alone, since operations are under way.
  bool only_fencings = false;
  std::uint32_t transitions = 0;  ///< transitions of this process so far
  std::optional<Transition> transition;
  /// Transition keys of orders sent and not yet delivered, or of cancellations not yet answered.
  std::set<std::string> sent;
  std::uint64_t next_fence = 1;
  std::map<FenceToken, PendingFence> fencing;
  std::map<std::string, FailedFencings> failed_fencings;  ///< by target
  std::vector<PostponedFencing> postponed_fencings;
  /// Targets of whose fencing by others the group was told, until it has heard of it.
  std::set<std::string> telling;
};

struct ControllerState {
  explicit ControllerState(const cib::Schemas* schema_set)
      : schemas(schema_set), replica(cib::Document::empty(schema_set)) {}

  const cib::Schemas* schemas;
  event::Started boot;
  bool started = false;
  bool live = false;  ///< the replica was a group's, not only the disk's
  bool exiting = false;
  bool shutdown_wished = false;
  bool published = false;  ///< this node's standard attributes, since the last agreement
  Replica replica;
  Stamp stamp;
  Agreement agreement;
  Durability durability;
  Disk disk;
  LocalQuorum quorum;
  ExecutorLink executor;
  Coordination coordination;
  std::optional<OwnReport> report;
  std::map<std::uint64_t, PendingCall> calls;   ///< by CallToken
  std::map<std::uint64_t, Question> questions;  ///< by CallToken
  AttributeQueue attribute_queue;
  struct SeenFencing {
    message::Fenced fenced;
    Milliseconds at{};  ///< steady
    bool by_hand = false;
    bool doubted = false;  ///< the group was told that the target is alive
  };
  /// Fencings that the fencers announced and the group has not recorded, by target.
  std::map<std::string, SeenFencing> fenced;
  struct SeenBoot {
    std::string incarnation;
    Milliseconds since{};  ///< steady
  };
  std::map<NodeNumber, SeenBoot> boots;  ///< since when this process knows the nodes' boots
  bool reset_armed = false;              ///< this node is condemned, and its time runs

  Now now;      ///< of the current step
  Effects out;  ///< of the current step

  NodeNumber self() const { return boot.self; }
  bool synchronized() const { return agreement.phase == Agreement::Phase::kDone; }
  /// Sends `message` after everything that was asked for before.
  void multicast(const Message& message);
  void log(base::LogLevel level, std::string text) {
    out.push_back(effect::Log{level, std::move(text)});
  }
};

/// The name of a node, or its number in decimal: the same on all members once the replica is the
/// group's, and before that what this node's configuration says.
std::string node_name(const ControllerState& state, NodeNumber node);
std::optional<NodeNumber> node_number(const ControllerState& state, std::string_view name);
bool in_view(const ControllerState& state, NodeNumber node);

}  // namespace systole::crmd
