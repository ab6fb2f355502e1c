#pragma once

#include <functional>

#include "agents/executor/core/types.h"

namespace systole::executor {

/// Resources of standard systemd are run by the service manager of the machine. Without one, such
/// operations are not supported.
class UnitManager {
 public:
  using Done = std::function<void(AgentResult)>;

  virtual ~UnitManager() = default;

  /// `done` is called once, from the event loop, never from within.
  virtual void run(const Agent& agent, const Operation& operation, Done done) = 0;
};

}  // namespace systole::executor
