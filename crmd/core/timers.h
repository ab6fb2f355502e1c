#pragma once

#include <compare>
#include <cstdint>

namespace systole::crmd {

/// Names one timer. Arming one that is armed moves it.
struct TimerId {
  enum class Kind : std::uint8_t {
    kSync,        ///< a state transfer takes too long
    kGrace,       ///< controllers that have not spoken; `number` is the node
    kStartup,     ///< nodes never seen are waited for no longer
    kReplan,      ///< the next instant at which time alone changes the plan
    kAction,      ///< an action's result is overdue; `number` is its id in the graph
    kAttributes,  ///< dampened attributes are due; `number` counts them
    kCollected,   ///< collected changes of attributes are to be sent
    kPersist,     ///< a failed write is tried again
    kFence,       ///< a fencing that failed is tried again; `number` counts them
    kPlan,        ///< changes are collected for a moment before planning
    kReset,       ///< this node is condemned and has not left by then
    kSilence,     ///< members that the others wait for have said nothing
  };
  Kind kind = Kind::kSync;
  std::uint64_t number = 0;

  auto operator<=>(const TimerId&) const = default;
};

}  // namespace systole::crmd
