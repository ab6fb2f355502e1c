#pragma once

#include <string>

#include "fencing/core/state.h"

namespace systole::fencing {

/// What to run.
struct RunOrder {
  RunPurpose purpose;
  std::string device;
  Action action = Action::kMonitor;
  std::string target;
  milliseconds timeout{0};
  milliseconds delay{0};
};

/// Takes a run: waits for its delay and for a free place at the device (pcmk_action_limit), tries
/// again after failures (pcmk_<action>_retries). Its end goes to whom the purpose names. A run that
/// changes power goes before others, and takes the place of a monitor or list that is running,
/// which starts over afterwards: nobody's recovery waits for a status check.
void start_run(Context& context, RunOrder order);

/// The shell's result of a run.
void agent_finished(Context& context, const AgentFinished& event);

/// The delay of a run is over.
void run_delay_over(Context& context, RunId run);

/// Kills the runs of an operation that ended.
void drop_runs_of(Context& context, const std::string& operation);

/// Fails the runs of a device that is gone.
void drop_runs_of_device(Context& context, const std::string& device);

}  // namespace systole::fencing
