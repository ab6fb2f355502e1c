#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "crmd/core/alert_event.h"
#include "crmd/core/operation.h"
#include "crmd/core/requests.h"
#include "crmd/core/timers.h"
#include "crmd/core/types.h"
#include "lib/base/log.h"

/// What a controller wants done. The shell carries them out in the order in which they are
/// returned.
namespace systole::crmd::effect {

/// Send to the group. Any length; the shell cuts and joins. Messages of one sender are delivered in
/// the order sent.
struct Multicast {
  std::string bytes;
};

struct ReplyCib {
  CallToken token;
  CibAnswer answer;
};

struct ReplyAttributes {
  CallToken token;
  std::string name;
  AttributeAnswer answer;
};

struct ReplyResource {
  CallToken token;
  ResourceRequest request;
  ResourceAnswer answer;
};

struct ReplyPing {
  CallToken token;
  PingAnswer answer;
};

/// The replica changed: tell the subscribers. Comes before the reply to the client that caused it.
struct NotifyCib {
  std::string operation;    ///< cib_modify ...
  std::string object_type;  ///< name of the input element
  std::string object_id;    ///< id of the input element, may be empty
  int rc = 0;               ///< legacy number, 0 or -203
  std::string input;        ///< the input element as XML text, may be empty
  std::string generation;   ///< the `generation_tuple` element after the change
  std::string patchset;     ///< the `diff` element
  /// Sections for the refresh notification (1 nodes, 2 alerts, 4 status); 0: none.
  std::uint32_t refreshed = 0;
};

struct ArmTimer {
  TimerId timer;
  Milliseconds delay{};  ///< at most kLongest
};

struct CancelTimer {
  TimerId timer;
};

/// Hand to the local executor. Register the resource first if it is unknown there.
struct Execute {
  Operation operation;
};

/// Stop repeating a recurring operation at the local executor. Its end comes as a cancelled result
/// with this transition key, also where there was nothing to cancel.
struct CancelOperation {
  std::string transition_key;
  std::string key;  ///< of the operation to cancel
  std::string resource;
  std::string task;
  Milliseconds interval{};
};

/// Make the local executor forget a resource with all its recurring operations.
struct ForgetResource {
  std::string resource;
};

/// The cluster has the result; the executor need not hold it any longer.
struct ReleaseResult {
  std::uint64_t receipt = 0;
};

struct Fence {
  FenceToken token;
  std::string target;  ///< name of the node
  std::string target_id;
  std::string action;  ///< off, reboot, on
  Milliseconds timeout{};
  /// To wait before the fencing, from priority-fencing-delay; negative: none at all.
  Milliseconds delay{};
};

/// Write the configuration (the document without status) and the stamp, atomically and durably:
/// either both are there after a power cut or both old ones. Answered by event Persisted.
struct Persist {
  PersistId id;
  Stamp stamp;
  std::string text;
};

/// Keep a configuration that lost against that of a quorate partition, beside the CIB.
struct KeepConflict {
  std::string text;
  Stamp stamp;
};

/// Calculate. The document to use is `Controller::document()` as it is when the effect is handled:
/// the shell takes its snapshot before it delivers the next event. Answered by event PlanReady; a
/// new Plan makes an unanswered one worthless.
struct Plan {
  PlanId id;
  std::int64_t now = 0;  ///< seconds since the epoch
  std::int32_t utc_offset = 0;
};

/// Tell the alert agents that `Controller::document()` configures, as it is when the effect is
/// handled. There is no answer: nothing waits for them.
struct Alert {
  AlertEvent event;
};

/// What becomes of the node once this process has ended.
enum class After : std::uint8_t {
  kEnd,       ///< as somebody asked for: the process is not started again
  kRestart,   ///< the process is started again
  kStayDown,  ///< the cluster software of this node stops and stays stopped
  kReset,     ///< the node is reset at once: it must not go on running what it runs
};

/// Leave the group and end the process.
struct Exit {
  After after = After::kEnd;
  std::string reason;
};

struct Log {
  base::LogLevel level = base::LogLevel::kInfo;
  std::string message;
};

}  // namespace systole::crmd::effect

namespace systole::crmd {

using Effect =
    std::variant<effect::Multicast, effect::ReplyCib, effect::ReplyAttributes,
                 effect::ReplyResource, effect::ReplyPing, effect::NotifyCib, effect::ArmTimer,
                 effect::CancelTimer, effect::Execute, effect::CancelOperation,
                 effect::ForgetResource, effect::ReleaseResult, effect::Fence, effect::Persist,
                 effect::KeepConflict, effect::Plan, effect::Alert, effect::Exit, effect::Log>;

using Effects = std::vector<Effect>;

}  // namespace systole::crmd
