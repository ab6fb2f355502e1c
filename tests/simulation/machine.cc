#include "tests/simulation/machine.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"

namespace systole::simulation {

namespace effect = crmd::effect;
namespace event = crmd::event;

Machine::Machine(Schedule& schedule, Random& random, const Faults& faults,
                 Surroundings& surroundings, std::vector<crmd::ConfiguredNode> nodes,
                 crmd::NodeNumber number)
    : schedule_(schedule),
      random_(random),
      faults_(faults),
      surroundings_(surroundings),
      nodes_(std::move(nodes)),
      number_(number),
      agents_(schedule, random, faults, kWallBase) {
  for (const crmd::ConfiguredNode& node : nodes_) {
    if (node.number == number) name_ = node.name;
  }
}

crmd::Now Machine::now() const {
  const auto steady = std::chrono::duration_cast<crmd::Milliseconds>(schedule_.now());
  return {steady, std::chrono::seconds(kWallBase) + steady, 0};
}

void Machine::power_on() {
  powered_ = true;
  ++boots_;
}

void Machine::power_off() {
  kill_controller();
  agents_.power_off();
  powered_ = false;
}

void Machine::start_controller() {
  controller_ = std::make_unique<crmd::Controller>(nullptr);
  process_ = random_.next() | 1;
  event::Started started;
  started.self = number_;
  started.incarnation = base::cat(name_, "-boot-", boots_);
  started.process = process_;
  started.transition_uuid = base::cat("simulated-", process_);
  started.nodes = nodes_;
  started.stored = disk_.stored;
  step(started);
  later(Microseconds(random_.between(100, 50000)), [this] { connect_executor(); });
}

void Machine::kill_controller() {
  controller_.reset();
  hangs_ = false;
  missed_.clear();
  timers_.clear();
  agents_.disconnect();
}

void Machine::hang(Microseconds time) {
  if (!controller_ || hangs_) return;
  hangs_ = true;
  later(time, [this] {
    hangs_ = false;
    for (const crmd::Event& event : std::exchange(missed_, {})) step(event);
  });
}

void Machine::connect_executor() {
  event::ExecutorConnected connected =
      agents_.connect([this](const event::OperationFinished& finished) {
        // The connection keeps the order.
        result_at_ = std::max(result_at_ + Microseconds(1),
                              schedule_.now() + Microseconds(random_.between(20, 300)));
        later(result_at_ - schedule_.now(), [this, finished] { step(finished); });
      });
  step(connected);
}

void Machine::later(Microseconds delay, std::function<void()> what) {
  schedule_.after(delay, [this, process = process_, what = std::move(what)] {
    if (controller_ && process == process_) what();
  });
}

void Machine::step(const crmd::Event& event) {
  if (!controller_) return;
  if (hangs_) {
    missed_.push_back(event);
    return;
  }
  if (std::holds_alternative<crmd::event::ViewChanged>(event)) {
    generation_brought_ = controller_->generation();
  }
  crmd::Effects effects = controller_->step(event, now());
  const std::uint64_t process = process_;
  for (crmd::Effect& effect : effects) {
    if (!controller_ || process != process_) return;
    carry_out(effect);
  }
}

void Machine::carry_out(crmd::Effect& order) {
  if (auto* multicast = std::get_if<effect::Multicast>(&order)) {
    surroundings_.multicast(*this, std::move(multicast->bytes));
  } else if (const auto* execute = std::get_if<effect::Execute>(&order)) {
    surroundings_.trace(base::cat(name_, " executes ", execute->operation.key, " ",
                                  execute->operation.transition_key));
    agents_.execute(execute->operation);
  } else if (const auto* cancel = std::get_if<effect::CancelOperation>(&order)) {
    agents_.cancel(*cancel);
  } else if (const auto* forget = std::get_if<effect::ForgetResource>(&order)) {
    agents_.forget(forget->resource);
  } else if (const auto* release = std::get_if<effect::ReleaseResult>(&order)) {
    agents_.release(release->receipt);
  } else if (const auto* write = std::get_if<effect::Persist>(&order)) {
    persist(*write);
  } else if (const auto* timer = std::get_if<effect::ArmTimer>(&order)) {
    arm(*timer);
  } else if (const auto* cancelled = std::get_if<effect::CancelTimer>(&order)) {
    timers_.erase(cancelled->timer);
  } else if (const auto* fence = std::get_if<effect::Fence>(&order)) {
    surroundings_.fence(*this, *fence);
  } else if (const auto* plan = std::get_if<effect::Plan>(&order)) {
    surroundings_.plan(*this, *plan);
  } else if (const auto* reply = std::get_if<effect::ReplyCib>(&order)) {
    surroundings_.replied(*this, *reply);
  } else if (const auto* log = std::get_if<effect::Log>(&order)) {
    surroundings_.trace(base::cat(name_, ": ", log->message));
  } else if (const auto* conflict = std::get_if<effect::KeepConflict>(&order)) {
    surroundings_.trace(
        base::cat(name_, " keeps a conflict file of ", conflict->text.size(), " bytes"));
  } else if (const auto* exit = std::get_if<effect::Exit>(&order)) {
    surroundings_.trace(base::cat(name_, " exits: ", exit->reason));
    const effect::Exit copy = *exit;
    surroundings_.controller_exited(*this, copy);
    kill_controller();
  }
}

void Machine::arm(const effect::ArmTimer& order) {
  const std::uint64_t serial = ++timer_count_;
  timers_[order.timer] = serial;
  later(Microseconds(order.delay), [this, timer = order.timer, serial] {
    const auto armed = timers_.find(timer);
    if (armed == timers_.end() || armed->second != serial) return;
    timers_.erase(armed);
    step(event::TimerFired{timer});
  });
}

void Machine::persist(const effect::Persist& order) {
  const bool slow = random_.chance(faults_.disk_slow);
  const Microseconds time(slow ? random_.between(200000, 2000000) : random_.between(500, 8000));
  disk_free_at_ = std::max(disk_free_at_, schedule_.now()) + time;
  const bool full = random_.chance(faults_.disk_full);
  const int boot = boots_;
  // The machine's kernel finishes what a controller began, unless the power goes.
  schedule_.after(disk_free_at_ - schedule_.now(), [this, order, full, boot, process = process_] {
    if (!powered_ || boot != boots_) return;
    if (!full) disk_.stored = event::StoredCib{order.text, order.stamp};
    event::Persisted done{order.id, std::nullopt};
    if (full) done.error = base::Error{base::Errc::kNoSpace, "the disk is full"};
    if (controller_ && process == process_) step(done);
  });
}

}  // namespace systole::simulation
