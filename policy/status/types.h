#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/ids.h"

namespace systole::policy {

/// Places in Status::nodes and Status::resources.
using NodeId = base::Id<struct NodeTag>;
using RscId = base::Id<struct ResourceTag>;
/// A place in the plan's actions.
using ActionId = base::Id<struct ActionTag>;

/// What a resource does on a node, or shall do. The order of the values is meaningful.
enum class Role : std::uint8_t { kUnknown, kStopped, kStarted, kUnpromoted, kPromoted };

/// The role that `text` names in any case ("Master" and "Slave" are read too); kUnknown for other
/// text.
Role parse_role(std::string_view text);
std::string_view to_string(Role role);

enum class NodeKind : std::uint8_t {
  kCluster,  ///< runs Corosync
  kRemote,   ///< reached through a connection resource
  kGuest,    ///< a connection resource inside a virtual machine that is a resource
  kBundle,   ///< the inside of a bundle's container
};

/// What must be certain before a resource may start.
enum class Requires : std::uint8_t { kNothing, kQuorum, kFencing, kUnfencing };

enum class MultipleActive : std::uint8_t { kStopStart, kStopOnly, kBlock, kStopUnexpected };

/// What a failed operation leads to, mildest first.
enum class OnFail : std::uint8_t {
  kIgnore,
  kDemote,
  kRestart,
  kResetRemote,
  kRestartContainer,
  kBan,
  kBlock,
  kStop,
  kStandby,
  kFence,
};

/// Whether a resource may be looked for on a node.
enum class Discovery : std::uint8_t { kAlways, kNever, kExclusive };

/// OCF result codes that the rules name.
namespace rc {
inline constexpr int kUnknown = -1;
inline constexpr int kOk = 0;
inline constexpr int kGeneric = 1;
inline constexpr int kInvalidParameter = 2;
inline constexpr int kUnimplemented = 3;
inline constexpr int kInsufficientPrivileges = 4;
inline constexpr int kNotInstalled = 5;
inline constexpr int kNotConfigured = 6;
inline constexpr int kNotRunning = 7;
inline constexpr int kRunningPromoted = 8;
inline constexpr int kFailedPromoted = 9;
inline constexpr int kDegraded = 190;
inline constexpr int kDegradedPromoted = 191;
}  // namespace rc

/// Execution statuses of recorded operations.
namespace op_status {
inline constexpr int kPending = -1;
inline constexpr int kDone = 0;
inline constexpr int kCancelled = 1;
inline constexpr int kTimeout = 2;
inline constexpr int kNotSupported = 3;
inline constexpr int kError = 4;
inline constexpr int kHardError = 5;
inline constexpr int kFatalError = 6;
inline constexpr int kNotInstalled = 7;
inline constexpr int kNotConnected = 8;
inline constexpr int kInvalid = 9;
inline constexpr int kNoFenceDevice = 10;
inline constexpr int kNoSecrets = 11;
inline constexpr int kMax = 12;
}  // namespace op_status

}  // namespace systole::policy
