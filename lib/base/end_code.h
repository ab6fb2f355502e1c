#pragma once

namespace systole::base {

/// The exit codes by which a daemon tells its supervisor what to do next.
enum class EndCode : int {
  kOk = 0,              ///< it ended as it was asked to
  kError = 1,           ///< start it again
  kFatal = 100,         ///< starting it again is of no use
  kPanic = 101,         ///< the node must be reset; see also lib/daemon/reset_demand.h
  kDisconnected = 102,  ///< Corosync has gone
};

}  // namespace systole::base
