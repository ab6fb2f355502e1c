#pragma once

#include "lib/cli/option.h"

namespace systole::policy::tool {

/// What crm_simulate is asked for, one number an option.
enum class OptionId : int {
  kRun = 1,
  kSimulate,
  kInPlace,
  kShowAttributes,
  kShowFailCounts,
  kShowScores,
  kShowUtilization,
  kProfile,
  kRepeat,
  kPending,
  kNodeUp,
  kNodeDown,
  kNodeFail,
  kInject,
  kFail,
  kDate,
  kQuorum,
  kWatchdog,
  kGrant,
  kRevoke,
  kStandby,
  kActivate,
  kSaveInput,
  kSaveOutput,
  kSaveGraph,
  kSaveDot,
  kAllActions,
  kLive,
  kFile,
  kPipe,
  kQuiet,
};

extern const cli::Program kProgram;

}  // namespace systole::policy::tool
