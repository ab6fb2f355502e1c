#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "crmd/shell/plan_inputs.h"
#include "crmd/shell/save_queue.h"
#include "crmd/shell/worker.h"
#include "lib/model/graph.h"
#include "lib/model/snapshot.h"
#include "lib/xml/document.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::crmd {

/// Runs the policy engine beside the event loop, and keeps the inputs of its plans.
class Planner {
 public:
  using Calculate = std::function<base::Result<model::TransitionGraph>(const model::Snapshot&)>;
  using Done = std::function<void(event::PlanReady)>;

  /// `calculate` runs in another thread, `done` in the loop's. `loop` outlives this.
  Planner(daemon::EventLoop& loop, std::string directory, Calculate calculate, Done done);

  /// Plans for the copy `cib`. A request that has not begun when the next one comes is dropped
  /// without an answer.
  void plan(const effect::Plan& request, xml::Document cib);

  /// What a client asked to be calculated.
  struct Answer {
    std::string graph;        ///< transition_graph element; an empty one when the input is no use
    std::string saved_input;  ///< the file that holds the input
  };
  void calculate_for_client(std::string cib, std::int64_t now,
                            std::function<void(Answer)> answered);

 private:
  struct Job {
    effect::Plan request;
    xml::Document cib;
  };

  void plan_pending();
  base::Result<model::TransitionGraph> calculate(xml::Element cib, std::int64_t now,
                                                 std::int32_t utc_offset);
  void save(InputSeries series, xml::Document cib, std::int64_t now);

  daemon::EventLoop& loop_;
  Calculate calculate_;
  std::shared_ptr<Done> done_;
  std::mutex mutex_;
  std::optional<Job> pending_;  ///< guarded by mutex_
  PlanInputs inputs_;           ///< of the files' thread
  static constexpr std::size_t kUnsavedMax = 4;
  SaveQueue unsaved_{kUnsavedMax};
  std::atomic<bool> behind_ = false;  ///< and the log says so
  Worker files_;
  Worker planning_;  ///< last: it uses the others
};

}  // namespace systole::crmd
