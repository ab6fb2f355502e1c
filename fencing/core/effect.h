#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fencing/core/event.h"
#include "lib/base/log.h"

namespace systole::fencing {

struct Multicast {
  Message message;
};
/// Run an agent and report AgentFinished; after `timeout` kill its process group.
struct RunAgent {
  RunId run;
  std::string device;
  std::string agent;
  Action action = Action::kOff;
  std::map<std::string, std::string> input;
  milliseconds timeout{0};
};
/// Kill a run's process group. AgentFinished for it, if any, is ignored.
struct KillAgent {
  RunId run;
};
/// Replaces a timer of the same key.
struct ArmTimer {
  TimerKey timer;
  milliseconds after{0};
};
struct CancelTimer {
  TimerKey timer;
};
/// A fencing's end, to the client that asked. The same can come again when partitions have merged;
/// a client is answered once.
struct FenceReply {
  Token token;
  HistoryEntry entry;
};
/// How long the client has to wait at most.
struct FenceTimeout {
  Token token;
  milliseconds total{0};
};
struct ExecReply {
  Token token;
  std::string device;
  ActionResult result;
};
/// A device as a query shows it.
struct QueryRow {
  Device device;
  DeviceOffer offer;
};
struct QueryReply {
  Token token;
  std::vector<QueryRow> rows;
};
struct CleanupReply {
  Token token;
};
/// The end of a fencing, to subscribers.
struct FenceNotice {
  HistoryEntry entry;
};
/// Something in the history changed.
struct HistoryNotice {};
struct DeviceNotice {
  bool registered = true;
  std::string device;
  std::size_t count = 0;
  ActionResult result;
};
struct LevelNotice {
  bool added = true;
  std::string level;  ///< "node9[1]"
  std::size_t count = 0;
  ActionResult result;
};
/// For the log; the shell writes it once.
struct LogLine {
  base::LogLevel level = base::LogLevel::kInfo;
  std::string text;
};

using Effect = std::variant<Multicast, RunAgent, KillAgent, ArmTimer, CancelTimer, FenceReply,
                            FenceTimeout, ExecReply, QueryReply, CleanupReply, FenceNotice,
                            HistoryNotice, DeviceNotice, LevelNotice, LogLine>;
using Effects = std::vector<Effect>;

}  // namespace systole::fencing
