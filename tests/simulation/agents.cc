#include "tests/simulation/agents.h"

#include <utility>

namespace systole::simulation {

using crmd::Operation;
using crmd::OpStatus;

namespace {
constexpr int kOk = 0;
constexpr int kGenericError = 1;
constexpr int kNotRunning = 7;
}  // namespace

void Agents::power_off() {
  ++life_;
  sink_ = nullptr;
  active_.clear();
  queues_.clear();
  recurring_.clear();
  held_.clear();
  next_receipt_ = 1;
}

crmd::event::ExecutorConnected Agents::connect(Sink sink) {
  sink_ = std::move(sink);
  crmd::event::ExecutorConnected out;
  for (const auto& [resource, queue] : queues_) {
    for (const Operation& operation : queue) {
      out.running.push_back(
          {operation.transition_key, resource, operation.task, operation.interval});
    }
  }
  for (const auto& [key, recurring] : recurring_) {
    const Operation& operation = recurring.operation;
    out.running.push_back(
        {operation.transition_key, operation.resource, operation.task, operation.interval});
  }
  for (const auto& [receipt, result] : held_) out.held.push_back(result);
  return out;
}

void Agents::execute(const Operation& operation) {
  std::vector<Operation>& queue = queues_[operation.resource];
  queue.push_back(operation);
  if (queue.size() == 1) begin(operation);
}

void Agents::begin(const Operation& operation) {
  // A service may be half up as soon as its start begins.
  if (operation.task == "start") active_.insert(operation.resource);
  const bool hangs = random_.chance(faults_.operation_hangs);
  const Microseconds time =
      hangs ? Microseconds(operation.timeout) : Microseconds(random_.between(2000, 200000));
  schedule_.after(time, [this, operation, hangs, life = life_] {
    if (life == life_) finish(operation, hangs);
  });
}

int Agents::outcome(const Operation& operation) {
  if (operation.task == "start") return random_.chance(faults_.start_fails) ? kGenericError : kOk;
  if (operation.task == "stop") {
    if (random_.chance(faults_.stop_fails)) return kGenericError;
    active_.erase(operation.resource);
    return kOk;
  }
  return active_.contains(operation.resource) ? kOk : kNotRunning;
}

void Agents::finish(const Operation& operation, bool hung) {
  const int rc = hung ? kGenericError : outcome(operation);
  if (operation.interval > crmd::Milliseconds::zero()) {
    Recurring& recurring = recurring_[operation.key];
    recurring = {operation, rc, ++serial_};
    const Microseconds interval(operation.interval);
    schedule_.after(interval, [this, key = operation.key, serial = serial_, life = life_] {
      if (life == life_) repeat(key, serial);
    });
  }
  report(operation, rc, hung ? OpStatus::kTimeout : OpStatus::kDone);
  const auto queue = queues_.find(operation.resource);
  if (queue == queues_.end()) return;
  queue->second.erase(queue->second.begin());
  if (queue->second.empty()) {
    queues_.erase(queue);
  } else {
    begin(queue->second.front());
  }
}

void Agents::repeat(const std::string& key, std::uint64_t serial) {
  const auto found = recurring_.find(key);
  if (found == recurring_.end() || found->second.serial != serial) return;
  Recurring& recurring = found->second;
  const int rc = active_.contains(recurring.operation.resource) ? kOk : kNotRunning;
  if (rc != recurring.last_rc) report(recurring.operation, rc, OpStatus::kDone);
  recurring.last_rc = rc;
  schedule_.after(Microseconds(recurring.operation.interval), [this, key, serial, life = life_] {
    if (life == life_) repeat(key, serial);
  });
}

void Agents::report(const Operation& operation, int rc, OpStatus status) {
  crmd::event::OperationFinished finished;
  finished.receipt = next_receipt_++;
  finished.result.operation = operation;
  finished.result.call_id = next_call_++;
  finished.result.rc = rc;
  finished.result.status = status;
  finished.result.last_rc_change = wall_base_ + schedule_.now().count() / 1000000;
  held_[finished.receipt] = finished;
  if (sink_) sink_(finished);
}

void Agents::cancel(const crmd::effect::CancelOperation& order) {
  Operation operation;
  const auto found = recurring_.find(order.key);
  if (found != recurring_.end()) {
    operation = found->second.operation;
    recurring_.erase(found);
  }
  operation.transition_key = order.transition_key;
  operation.key = order.key;
  operation.resource = order.resource;
  operation.task = order.task;
  operation.interval = order.interval;
  report(operation, kOk, OpStatus::kCancelled);
}

void Agents::forget(const std::string& resource) {
  std::erase_if(recurring_,
                [&](const auto& entry) { return entry.second.operation.resource == resource; });
}

}  // namespace systole::simulation
