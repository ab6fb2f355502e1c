#include "crmd/shell/planner.h"

#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cib_model/graph_writer.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd {

using base::log;
using base::LogLevel;
using base::Result;

Planner::Planner(daemon::EventLoop& loop, std::string directory, Calculate calculate, Done done)
    : loop_(loop),
      calculate_(std::move(calculate)),
      done_(std::make_shared<Done>(std::move(done))),
      inputs_(std::move(directory)) {}

void Planner::plan(const effect::Plan& request, xml::Document cib) {
  {
    const std::lock_guard lock(mutex_);
    const bool waiting = pending_.has_value();
    pending_.emplace(Job{request, std::move(cib)});
    if (waiting) return;
  }
  planning_.submit([this] { plan_pending(); });
}

void Planner::plan_pending() {
  std::optional<Job> job;
  {
    const std::lock_guard lock(mutex_);
    job = std::exchange(pending_, std::nullopt);
  }
  event::PlanReady ready{job->request.id,
                         calculate(job->cib.root(), job->request.now, job->request.utc_offset)};
  const InputSeries series = ready.graph ? InputSeries::kInput : InputSeries::kError;
  loop_.post([done = std::weak_ptr(done_), ready = std::move(ready)] {
    if (const auto call = done.lock()) (*call)(ready);
  });
  save(series, std::move(job->cib), job->request.now);
}

Result<model::TransitionGraph> Planner::calculate(xml::Element cib, std::int64_t now,
                                                  std::int32_t utc_offset) {
  cib_model::ReadOptions options;
  options.now = now;
  options.utc_offset = utc_offset;
  options.explicit_now = true;
  auto snapshot = cib_model::read_snapshot(cib, options);
  if (!snapshot) return snapshot.error();
  return calculate_(*snapshot);
}

void Planner::save(InputSeries series, xml::Document cib, std::int64_t now) {
  const std::size_t dropped = unsaved_.add({.series = series, .cib = std::move(cib), .now = now});
  if (dropped > 0 && !behind_.exchange(true)) {
    log(LogLevel::kWarning,
        "The inputs of plans are written too slowly; of those that wait only the ", kUnsavedMax,
        " newest are kept");
  }
  // Each input has its job; where one was dropped there is nothing left to do for the last of them.
  if (dropped > 0) return;
  files_.submit([this] {
    auto input = unsaved_.take();
    if (!input) return;
    auto saved = inputs_.save(input->series, input->cib, input->now);
    behind_ = false;
    if (!saved) {
      log(LogLevel::kWarning, "The input of the plan could not be kept: ", saved.error().message);
    } else if (!saved->empty()) {
      log(LogLevel::kInfo, "The input of the plan is kept in ", *saved);
    }
  });
}

void Planner::calculate_for_client(std::string cib, std::int64_t now,
                                   std::function<void(Answer)> answered) {
  planning_.submit([this, cib = std::move(cib), now, answered = std::move(answered)] {
    Answer answer{cib_model::graph_text({}, xml::Layout::kCompact), ""};
    auto document = xml::Document::parse(cib);
    if (!document) {
      log(LogLevel::kError,
          "A client asked for a plan of what is no CIB: ", document.error().message);
    } else if (auto graph = calculate(document->root(), now, 0); !graph) {
      log(LogLevel::kError, "A client's CIB cannot be planned: ", graph.error().message);
    } else {
      answer.graph = cib_model::graph_text(*graph, xml::Layout::kCompact);
    }
    loop_.post([answered, answer = std::move(answer), alive = std::weak_ptr(done_)] {
      if (!alive.expired()) answered(answer);
    });
  });
}

}  // namespace systole::crmd
