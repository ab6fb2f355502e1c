#pragma once

#include <functional>
#include <string>

#include "agents/executor/core/types.h"

namespace systole::executor {

/// Resources of standard stonith are run by the fencer: start makes a device known to it, stop
/// takes it away, monitor asks the device. The executor's process implements this with the fencer's
/// client; without it such operations are not supported.
class FenceDevices {
 public:
  using Done = std::function<void(AgentResult)>;

  virtual ~FenceDevices() = default;

  /// `done` is called once, from the event loop, never from within.
  virtual void run(const Agent& agent, const Operation& operation, Done done) = 0;
};

}  // namespace systole::executor
