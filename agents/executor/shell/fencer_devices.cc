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
/// How often the fencer's client tries to connect.
constexpr std::chrono::milliseconds kRetryInterval{200};

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

void FencerDevices::ask(const Ask& question, Deadline deadline,
                        const client::FencerClient::Answer& answer) {
  question([this, question, deadline, answer](const base::Result<FencerResult>& result) {
    const bool away = !result && result.error().code == base::Errc::kNotConnected;
    if (!away || std::chrono::steady_clock::now() + kRetryInterval > deadline) {
      answer(result);
      return;
    }
    const std::uint64_t number = ++last_retry_;
    retries_[number] = loop_.call_after(kRetryInterval, [this, number, question, deadline, answer] {
      const Ask again = question;
      const client::FencerClient::Answer done = answer;
      const Deadline until = deadline;
      retries_.erase(number);
      ask(again, until, done);
    });
  });
}

void FencerDevices::start_device(const Agent& agent, const Operation& operation, Done done) {
  const client::FencerDevice device = fence_device(agent, operation);
  const Deadline deadline = std::chrono::steady_clock::now() + operation.timeout;
  const auto monitor = [this, id = device.id,
                        timeout = timeout_of(operation)](client::FencerClient::Answer answer) {
    fencer_.execute(id, "monitor", timeout, std::move(answer));
  };
  const auto monitored = [done = std::move(done)](const base::Result<FencerResult>& answer) {
    done(fence_device_result("start", answer));
  };
  ask(
      [this, device](client::FencerClient::Answer answer) {
        fencer_.register_device(device, std::move(answer));
      },
      deadline,
      [this, device, deadline, monitor, monitored](const base::Result<FencerResult>& answer) {
        if (!answer || !answer->ok()) {
          monitored(answer);
          return;
        }
        started_[device.id] = device;
        ask(monitor, deadline, monitored);
      });
}

void FencerDevices::monitor_device(const Operation& operation, Done done) {
  if (!started_.contains(operation.resource)) {
    loop_.post([done = std::move(done)] {
      done({.code = ExitCode::kNotRunning, .status = ExecutionStatus::kDone});
    });
    return;
  }
  ask(
      [this, id = operation.resource,
       timeout = timeout_of(operation)](client::FencerClient::Answer answer) {
        fencer_.execute(id, "monitor", timeout, std::move(answer));
      },
      std::chrono::steady_clock::now() + operation.timeout,
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
