#include "lib/process/runner.h"

#include <array>
#include <tuple>
#include <utility>

#include "lib/daemon/event_loop.h"
#include "lib/process/child.h"

namespace systole::process {

struct Runner::Run {
  std::unique_ptr<Child> child;  // Declared first: watches go before the descriptors they watch.
  Done done;
  daemon::Watch exit;
  daemon::Watch out;
  daemon::Watch err;
  daemon::Timer deadline;
};

Runner::Runner(daemon::EventLoop& loop) : loop_(loop) {}
Runner::~Runner() = default;

base::Result<RunNumber> Runner::start(const Command& command, const Limits& limits, Done done) {
  base::Result<std::unique_ptr<Child>> child = Child::start(command, limits);
  if (!child) return child.error();
  auto run = std::make_unique<Run>();
  run->child = std::move(*child);
  run->done = std::move(done);
  const RunNumber number(++last_number_);
  const std::array watches{
      std::tuple{run->child->exit_fd(), &run->exit, &Child::on_exit},
      std::tuple{run->child->out_fd(), &run->out, &Child::on_output},
      std::tuple{run->child->err_fd(), &run->err, &Child::on_output},
  };
  for (const auto& [fd, watch, react] : watches) {
    base::Result<daemon::Watch> made =
        loop_.watch(fd, {.readable = true},
                    [this, number, child = run->child.get(), react = react](daemon::Readiness) {
                      (child->*react)();
                      progress(number);
                    });
    if (!made) return made.error();
    *watch = std::move(*made);
  }
  Run& added = *runs_.emplace(number, std::move(run)).first->second;
  arm(number, added);
  return number;
}

void Runner::stop(RunNumber number) {
  const auto found = runs_.find(number);
  if (found == runs_.end()) return;
  found->second->child->stop(Child::Clock::now());
  arm(number, *found->second);
}

void Runner::progress(RunNumber number) {
  const auto found = runs_.find(number);
  if (found == runs_.end()) return;
  Run& run = *found->second;
  if (!run.child->done()) {
    if (run.child->exit_fd() < 0) run.exit.cancel();
    if (run.child->out_fd() < 0) run.out.cancel();
    if (run.child->err_fd() < 0) run.err.cancel();
    arm(number, run);
    return;
  }
  // Taken out first: `done` may start the next program.
  const std::unique_ptr<Run> ended = std::move(found->second);
  runs_.erase(found);
  if (!ended->child->reaped()) reap_later(ended->child->pid());
  ended->done(ended->child->take_outcome());
}

void Runner::arm(RunNumber number, Run& run) {
  const auto deadline = run.child->deadline();
  if (!deadline) {
    run.deadline.cancel();
    return;
  }
  run.deadline =
      loop_.call_after(*deadline - Child::Clock::now(), [this, number, child = run.child.get()] {
        child->on_deadline(Child::Clock::now());
        progress(number);
      });
}

void Runner::reap_later(pid_t pid) {
  base::Result<daemon::Watch> watch =
      loop_.on_child_exit(pid, [this, pid](int) { unkillable_.erase(pid); });
  if (watch) unkillable_[pid] = std::make_unique<daemon::Watch>(std::move(*watch));
}

}  // namespace systole::process
