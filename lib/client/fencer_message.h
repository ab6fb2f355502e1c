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
#include "lib/xml/document.h"

namespace systole::client {

// The messages of endpoint `stonith-ng`, as clients write and read them.

namespace fencer_wire {
inline constexpr const char* kCommand = "stonith_command";
inline constexpr const char* kReply = "st-reply";
inline constexpr const char* kCallData = "st_calldata";
inline constexpr const char* kAsyncTimeout = "st-async-timeout-value";
inline constexpr const char* kNotifyFence = "st_notify_fence";
inline constexpr const char* kNotifyHistory = "st_notify_history";
inline constexpr const char* kNotifyHistorySynced = "st_notify_history_synced";

inline constexpr int kVerbose = 0x1;
inline constexpr int kAllowSelf = 0x2;
inline constexpr int kManualAck = 0x8;
inline constexpr int kDiscardReply = 0x10;
inline constexpr int kTargetIsNodeId = 0x200;
inline constexpr int kSync = 0x1000;
inline constexpr int kCleanup = 0x80000;
inline constexpr int kBroadcast = 0x100000;
}  // namespace fencer_wire

/// What stands for the delegate when a person confirmed that the node is down.
inline constexpr std::string_view kHumanDelegate = "a human";

/// How the fencer answered: op-status and rc-code of the wire, with the text that came along.
struct FencerResult {
  int status = -2;  ///< execution status; 0 done, 2 timed out, 10 no fence device
  int code = 1;     ///< of the agent or, for a refusal, an exit code
  std::string reason{};
  std::string output{};
  std::string delegate{};  ///< of a fencing: node that did it, or kHumanDelegate; may be empty
  int legacy_rc = 0;       ///< st_rc, the one number of old clients: 0, or a negative error number
  bool ok() const { return status == 0 && code == 0; }
};

struct FenceRequest {
  std::string target{};
  std::string action{};  ///< off, on, reboot
  std::chrono::seconds timeout{60};
  std::chrono::seconds tolerance{0};  ///< a success as recent as this counts
  /// Added to the device's own delays; negative switches all delays off.
  std::chrono::seconds delay{0};
};

/// One fencing, running or ended.
struct FenceEvent {
  std::string id{};  ///< empty in a history
  std::string target{};
  std::string action{};
  std::string origin{};    ///< node where it was asked for
  std::string delegate{};  ///< node that did it, or kHumanDelegate; may be empty
  std::string client{};    ///< "name.pid"
  std::string client_id{};
  int state = 0;          ///< 0 querying, 1 executing, 2 done, 3 duplicate, 4 failed
  std::int64_t date = 0;  ///< seconds since the epoch; 0 where the message has none
  std::int64_t date_nanoseconds = 0;
  FencerResult result{};
  bool pending() const { return state < 2; }
};

/// A device as it is registered or as a query shows it.
struct FencerDevice {
  std::string id{};
  std::string agent{};
  std::string agent_namespace = "stonith-ng";
  std::vector<std::pair<std::string, std::string>> parameters{};
};

/// A topology level. Exactly one of the three kinds of target is set.
struct FencerLevel {
  std::string target{};
  std::string pattern{};
  std::string attribute{};
  std::string value{};
  int index = 0;
  std::string devices{};  ///< separated by commas
};

/// A request's frame: what is the same in all of them.
struct FencerCall {
  std::string_view op{};
  int call = 0;
  int options = 0;
  std::chrono::seconds timeout{120};
  std::optional<std::chrono::seconds> delay{};
};

std::string fencer_register_message(std::string_view client_name);
std::string fencer_subscribe_message(std::string_view kind, bool active);
/// A request whose input `fill` writes below the call data; null for none.
std::string fencer_call_message(const FencerCall& call, const xml::Document* input);

xml::Document fence_input(const FenceRequest& request);
xml::Document device_input(const FencerDevice& device);
xml::Document device_id_input(std::string_view id);
xml::Document exec_input(std::string_view id, std::string_view action, std::string_view target);
xml::Document query_input(std::string_view target, std::string_view action);
xml::Document level_input(const FencerLevel& level);
xml::Document history_input(std::string_view target);

/// Parameters as attributes; those whose names no attribute can have as <param name= value=>.
void write_fencer_parameters(xml::Element parent,
                             const std::vector<std::pair<std::string, std::string>>& parameters);
std::vector<std::pair<std::string, std::string>> read_fencer_parameters(xml::Element parent);

/// What an st-reply or notification says about the outcome. Older answers without op-status are
/// read from st_rc.
FencerResult read_fencer_result(xml::Element answer);
/// The entries of the <st_history> in an answer.
std::vector<FenceEvent> read_fence_history(xml::Element answer);
/// The devices of a query's answer.
std::vector<FencerDevice> read_fencer_devices(xml::Element answer);
/// One <st_execute> or <st_notify_fence>.
FenceEvent read_fence_event(xml::Element element);

}  // namespace systole::client
