#include "agents/executor/shell/fencer_devices.h"

#include <chrono>
#include <utility>

#include "agents/executor/shell/agent_result.h"
#include "lib/base/strings.h"
#include "lib/ocf/answer.h"

namespace systole::executor {
namespace {

using client::FencerResult;
using model::ExecutionStatus;
using model::ExitCode;

constexpr std::string_view kMetaPrefix = "CRM_meta_";
constexpr std::string_view kFeatureSet = "crm_feature_set";

std::chrono::seconds timeout_of(const Operation& operation) {
  return std::chrono::ceil<std::chrono::seconds>(operation.timeout);
}

AgentResult succeeded() {
  return {.code = ExitCode::kOk, .status = ExecutionStatus::kDone};
}

}  // namespace

client::FencerDevice fence_device(const Agent& agent, const Operation& operation) {
  client::FencerDevice device{.id = operation.resource, .agent = agent.type};
  for (const Parameter& each : operation.parameters) {
    if (each.name.starts_with(kMetaPrefix) || each.name == kFeatureSet) continue;
    device.parameters.emplace_back(each.name, each.value);
  }
  return device;
}

AgentResult fence_device_result(const std::string& action,
                                const base::Result<FencerResult>& answer) {
  if (!answer) {
    const ExecutionStatus status = answer.error().code == base::Errc::kTimeout
                                       ? ExecutionStatus::kTimedOut
                                       : ExecutionStatus::kError;
    return refused(ExitCode::kGenericError, status, answer.error().message);
  }
  if (answer->ok()) return succeeded();
  const ExecutionStatus status =
      model::execution_status(answer->status).value_or(ExecutionStatus::kError);
  if (status == ExecutionStatus::kNoFenceDevice && action == "monitor") {
    return {.code = ExitCode::kNotRunning,
            .status = ExecutionStatus::kDone,
            .exit_reason = answer->reason};
  }
  return {.code = ExitCode::kGenericError,
          .status = status,
          .exit_reason = answer->reason,
          .output = ocf::printable_output(answer->output, {})};
}

FencerDevices::FencerDevices(daemon::EventLoop& loop)
    : loop_(loop),
      fencer_(loop, "pacemaker-execd", {.on_connected = [this] { register_again(); }}) {}

void FencerDevices::run(const Agent& agent, const Operation& operation, Done done) {
  if (!std::exchange(connecting_, true)) fencer_.start();
  if (operation.action == "start") {
    start_device(agent, operation, std::move(done));
  } else if (operation.action == "stop") {
    stop_device(operation.resource, std::move(done));
  } else if (operation.action == "monitor") {
    // A recurring monitor says that the device was started, by an earlier process of ours.
    if (operation.recurring()) {
      started_.try_emplace(operation.resource, fence_device(agent, operation));
    }
    monitor_device(operation, std::move(done));
  } else {
    loop_.post([done = std::move(done), action = operation.action] {
      done(refused(ExitCode::kUnimplemented, ExecutionStatus::kNotSupported,
                   base::cat("a fence device cannot ", action)));
    });
  }
}

void FencerDevices::start_device(const Agent& agent, const Operation& operation, Done done) {
  const client::FencerDevice device = fence_device(agent, operation);
  fencer_.register_device(device, [this, device, operation, done = std::move(done)](
                                      const base::Result<FencerResult>& answer) {
    if (!answer || !answer->ok()) {
      done(fence_device_result("start", answer));
      return;
    }
    started_[device.id] = device;
    fencer_.execute(device.id, "monitor", timeout_of(operation),
                    [done](const base::Result<FencerResult>& monitored) {
                      done(fence_device_result("start", monitored));
                    });
  });
}

void FencerDevices::monitor_device(const Operation& operation, Done done) {
  if (!started_.contains(operation.resource)) {
    loop_.post([done = std::move(done)] {
      done({.code = ExitCode::kNotRunning, .status = ExecutionStatus::kDone});
    });
    return;
  }
  fencer_.execute(operation.resource, "monitor", timeout_of(operation),
                  [done = std::move(done)](const base::Result<FencerResult>& answer) {
                    done(fence_device_result("monitor", answer));
                  });
}

/// Nothing of a device runs that could fail to stop: once it is out of our list it is stopped. The
/// fencer may be away, or know the device from the configuration in any case.
void FencerDevices::stop_device(const std::string& id, Done done) {
  started_.erase(id);
  fencer_.remove_device(
      id, [done = std::move(done)](const base::Result<FencerResult>&) { done(succeeded()); });
}

void FencerDevices::register_again() {
  for (const auto& [id, device] : started_) {
    fencer_.register_device(device, [](const base::Result<FencerResult>&) {});
  }
}

}  // namespace systole::executor
