#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/duration.h"
#include "lib/base/result.h"
#include "lib/model/execution.h"
#include "lib/ocf/agent.h"
#include "lib/xml/document.h"

namespace systole::client {

// The messages of endpoint `lrmd` (protocol 1.1), for both ends.
//
// Two additions, which other clients do not notice. A client that registers with
// systole_answers="event" sends its requests without expecting a response; the answer comes as an
// event with the same lrmd_async_id, so that a daemon never blocks. Such a client also confirms
// results: each carries systole_result="N", is kept by the executor until `systole_confirm` names
// it, and is sent again when the client registers anew. And to it lrmd_get_recurring tells all
// operations that have not ended, those that run once too (interval 0), with their user data
// (lrmd_rsc_userdata_str) and call (lrmd_callid): that is how a restarted controller knows what
// still runs.

namespace executor_wire {
inline constexpr const char* kProtocolVersion = "1.1";
inline constexpr const char* kCommand = "lrmd_command";
inline constexpr const char* kReply = "lrmd_reply";
inline constexpr const char* kNotify = "lrmd_notify";
inline constexpr const char* kCallData = "lrmd_calldata";
inline constexpr const char* kResource = "lrmd_rsc";
inline constexpr const char* kResourceOperation = "lrmd_rsc_op";
inline constexpr const char* kAttributes = "attributes";
inline constexpr const char* kParam = "param";

inline constexpr const char* kOpRegister = "register";
inline constexpr const char* kOpRegisterResource = "lrmd_rsc_register";
inline constexpr const char* kOpUnregisterResource = "lrmd_rsc_unregister";
inline constexpr const char* kOpResourceInfo = "lrmd_rsc_info";
inline constexpr const char* kOpExecute = "lrmd_rsc_exec";
inline constexpr const char* kOpCancel = "lrmd_rsc_cancel";
inline constexpr const char* kOpPoke = "lrmd_rsc_poke";
inline constexpr const char* kOpGetRecurring = "lrmd_get_recurring";
inline constexpr const char* kOpAlert = "lrmd_alert_exec";
inline constexpr const char* kOpCheck = "lrmd_check";
inline constexpr const char* kOpForward = "ipc_fwd";
inline constexpr const char* kOpNewClient = "lrmd_rsc_new_client";
inline constexpr const char* kOpConfirm = "systole_confirm";

inline constexpr int kOnlyOriginator = 2;  ///< call option of an execution
inline constexpr int kOnlyChanges = 4;     ///< call option of an execution
inline constexpr int kDropRecurring = 3;   ///< call option of a registration
}  // namespace executor_wire

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct ExecutorResource {
  std::string id{};
  ocf::AgentName agent{};
};

struct ExecutorOperation {
  std::string resource{};
  std::string action{};
  base::Milliseconds interval{0};  ///< 0: once
  base::Milliseconds timeout{0};
  base::Milliseconds start_delay{0};
  std::string user_data{};  ///< comes back in every result: the transition key
  Parameters parameters{};  ///< instance attributes, CRM_meta_* and crm_feature_set
  bool only_to_originator = false;
  bool only_changes = false;  ///< of a recurring operation, after its first result
};

/// One result of an operation, with everything that the history in the CIB records.
struct ExecutorResult {
  /// For ExecutorClient::confirm(); 0 when nobody waits for that. The same number is the same
  /// result, come again.
  std::uint64_t number = 0;
  int call = 0;  ///< what execute() answered
  ExecutorOperation operation{};
  model::ExitCode code = model::ExitCode::kUnknown;
  model::ExecutionStatus status = model::ExecutionStatus::kUnknown;
  std::string exit_reason{};
  std::string output{};
  bool resource_removed = false;
  std::chrono::seconds last_run{0};     ///< since the epoch
  std::chrono::seconds last_change{0};  ///< since the epoch
  base::Milliseconds run_time{0};
  base::Milliseconds queue_time{0};
};

/// An operation that has not ended: it recurs, runs or waits to run.
struct RecurringOperation {
  std::string resource{};
  std::string action{};
  base::Milliseconds interval{0};  ///< 0: it runs once
  base::Milliseconds timeout{0};
  std::string user_data{};  ///< empty when the executor does not tell it
  int call = 0;             ///< what execute() answered; 0 when the executor does not tell it
};

/// A run of an alert agent. The executor adds the number by which its alerts are ordered.
struct AlertRequest {
  std::string id{};
  std::string path{};
  base::Milliseconds timeout{0};
  Parameters environment{};
};

/// Writes an operation's own attributes (without its options) and parameters into `element`.
void write_operation(xml::Element element, const ExecutorOperation& operation);
/// Reads what write_operation() wrote. kInvalidArgument for numbers that are none or negative.
base::Result<ExecutorOperation> read_operation(xml::Element element);

void write_parameters(xml::Element parent, const Parameters& parameters);
Parameters read_parameters(xml::Element parent);

/// A completion event. `with_number` adds the number to be confirmed.
xml::Document completion_event(const ExecutorResult& result, bool with_number);
/// Reads a completion event. kProtocol when it is none.
base::Result<ExecutorResult> read_completion(xml::Element event);

/// An attribute in milliseconds; 0 when it is absent, kInvalidArgument for text that is no number.
base::Result<base::Milliseconds> read_milliseconds(xml::Element element, std::string_view name);

}  // namespace systole::client
