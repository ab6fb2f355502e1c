#include "crmd/shell/executor_adapter.h"

#include <utility>

#include "crmd/shell/agent_traits.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::log;
using base::LogLevel;

constexpr std::string_view kExecutorClientName = "crmd";
/// Alerts of an executor that stays away must not fill the memory.
constexpr std::size_t kMostAlertsKept = 1000;

std::string parameter(const client::Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

/// The key of an operation as histories name it; a notification's tells of what and when.
std::string operation_key(const client::ExecutorOperation& operation) {
  if (operation.action != "notify") {
    return base::cat(operation.resource, "_", operation.action, "_", operation.interval.count());
  }
  return base::cat(operation.resource, "_", parameter(operation.parameters, "CRM_meta_notify_type"),
                   "_notify_", parameter(operation.parameters, "CRM_meta_notify_operation"), "_0");
}

client::ExecutorOperation request_for(const Operation& operation) {
  client::ExecutorOperation out;
  out.resource = operation.resource;
  out.action = operation.task;
  out.interval = operation.interval;
  out.timeout = operation.timeout;
  out.start_delay = operation.start_delay;
  out.user_data = operation.transition_key;
  out.parameters = operation.parameters;
  out.only_changes = operation.interval.count() > 0;
  return out;
}

}  // namespace

ExecutorAdapter::ExecutorAdapter(daemon::EventLoop& loop, const cluster::Cluster& cluster,
                                 Deliver deliver)
    : deliver_(std::move(deliver)),
      node_(cluster.local_name()),
      node_id_(std::to_string(cluster.local_node().value())),
      agents_(loop),
      results_(
          loop,
          [this](const ocf::AgentName& agent, AgentCatalogue::Known known) {
            agents_.when_known(agent, std::move(known));
          },
          [this](event::OperationFinished finished) { on_finished(std::move(finished)); }),
      client_(loop, std::string(kExecutorClientName),
              {.on_connected = [this] { on_connected(); },
               .on_disconnected = [this] { on_disconnected(); },
               .on_result = [this](const client::ExecutorResult& result) { on_result(result); }}) {}

void ExecutorAdapter::on_connected() {
  greeting_ = Greeting{};
  greeting_.active = true;
  greeting_.answers_due = 1;
  client_.recurring_operations(
      "", [this](const base::Result<std::vector<client::RecurringOperation>>& operations) {
        on_operations(operations);
      });
  for (const client::AlertRequest& alert : std::exchange(alerts_, {})) send_alert(alert);
}

void ExecutorAdapter::alert(client::AlertRequest alert) {
  if (client_.connected()) {
    send_alert(alert);
    return;
  }
  if (alerts_.size() == kMostAlertsKept) {
    log(LogLevel::kWarning, "The executor is away, alert ", alerts_.front().id, " is given up");
    alerts_.pop_front();
  }
  alerts_.push_back(std::move(alert));
}

void ExecutorAdapter::send_alert(const client::AlertRequest& alert) {
  client_.alert(alert, [id = alert.id](const base::Result<void>& done) {
    if (!done) log(LogLevel::kWarning, "Alert ", id, " was not sent: ", done.error().message);
  });
}

void ExecutorAdapter::on_disconnected() {
  const bool was_known = !greeting_.active;
  greeting_ = Greeting{};
  registered_.clear();
  log(LogLevel::kWarning, "The connection to the executor is lost");
  if (was_known) deliver_(event::ExecutorLost{});
}

void ExecutorAdapter::on_operations(
    const base::Result<std::vector<client::RecurringOperation>>& operations) {
  if (!operations) {
    // The connection was lost again; what is told after the next one counts.
    log(LogLevel::kWarning,
        "The executor does not tell what it runs: ", operations.error().message);
    return;
  }
  for (const client::RecurringOperation& operation : *operations) {
    greeting_.running.push_back({.transition_key = operation.user_data,
                                 .resource = operation.resource,
                                 .task = operation.action,
                                 .interval = operation.interval});
    learn_agent(operation.resource);
  }
  answer_came();
}

void ExecutorAdapter::learn_agent(const std::string& resource) {
  if (agent_of_.contains(resource)) return;
  ++greeting_.answers_due;
  client_.resource_info(resource,
                        [this, resource](const base::Result<client::ExecutorResource>& known) {
                          if (known) {
                            agent_of_[resource] = known->agent;
                          } else if (known.error().code == Errc::kNotConnected) {
                            return;
                          }
                          answer_came();
                        });
}

/// Once everything is told and every result's agent is known, the controller gets it in one event.
void ExecutorAdapter::answer_came() {
  if (!greeting_.active || --greeting_.answers_due > 0) return;
  for (const client::ExecutorResult& result : std::exchange(greeting_.held, {})) {
    results_.push(translate(result));
  }
  greeting_.complete = true;
  end_greeting();
}

void ExecutorAdapter::end_greeting() {
  if (!greeting_.complete || !results_.empty()) return;
  event::ExecutorConnected connected{std::move(greeting_.running), std::move(greeting_.finished)};
  greeting_ = Greeting{};
  log(LogLevel::kInfo, "Connected to the executor: ", connected.running.size(),
      " operations run or recur, ", connected.held.size(), " results wait");
  deliver_(std::move(connected));
  for (const auto& [key, request] : cancels_) send_cancel(request);
}

void ExecutorAdapter::on_finished(event::OperationFinished finished) {
  if (!greeting_.active) {
    deliver_(std::move(finished));
    return;
  }
  greeting_.finished.push_back(std::move(finished));
  end_greeting();
}

void ExecutorAdapter::on_result(const client::ExecutorResult& result) {
  if (greeting_.active && !greeting_.complete) {
    greeting_.held.push_back(result);
    learn_agent(result.operation.resource);
    return;
  }
  results_.push(translate(result));
}

Operation ExecutorAdapter::operation_of(const client::ExecutorOperation& executed) const {
  const auto known = executed_.find(executed.user_data);
  if (known != executed_.end()) return known->second;
  Operation out;
  out.transition_key = executed.user_data;
  out.key = operation_key(executed);
  out.resource = executed.resource;
  out.task = executed.action;
  out.interval = executed.interval;
  out.timeout = executed.timeout;
  out.start_delay = executed.start_delay;
  out.node = parameter(executed.parameters, "CRM_meta_on_node");
  out.node_id = parameter(executed.parameters, "CRM_meta_on_node_uuid");
  out.parameters = executed.parameters;
  if (const auto agent = agent_of_.find(executed.resource); agent != agent_of_.end()) {
    out.standard = agent->second.standard;
    out.provider = agent->second.provider;
    out.type = agent->second.type;
  }
  return out;
}

event::OperationFinished ExecutorAdapter::translate(const client::ExecutorResult& result) {
  event::OperationFinished finished;
  finished.receipt = result.number;
  OperationResult& out = finished.result;
  out.operation = operation_of(result.operation);
  out.call_id = result.call;
  out.rc = static_cast<int>(result.code);
  out.status = static_cast<OpStatus>(result.status);
  out.reason = result.exit_reason;
  out.output = result.output;
  out.last_run = result.last_run.count();
  out.last_rc_change = result.last_change.count();
  out.exec_time = result.run_time;
  out.queue_time = result.queue_time;
  if (out.operation.interval.count() == 0 || out.status == OpStatus::kCancelled) {
    executed_.erase(result.operation.user_data);
  }
  return finished;
}

void ExecutorAdapter::execute(const Operation& operation) {
  const ocf::AgentName agent{operation.standard, operation.provider, operation.type};
  agents_.prefetch(agent);
  // What an executor that is away was to do, it is told again if that is still wanted.
  if (!client_.connected()) return;
  if (registered_.insert(operation.resource).second || agent_of_[operation.resource] != agent) {
    agent_of_[operation.resource] = agent;
    client_.register_resource(
        {.id = operation.resource, .agent = agent},
        [this, resource = operation.resource](const base::Result<void>& done) {
          if (done) return;
          registered_.erase(resource);
          log(LogLevel::kError, "The executor does not take resource ", resource, ": ",
              done.error().message);
        });
  }
  executed_[operation.transition_key] = operation;
  if (!is_reload(operation.task)) {
    send(operation, operation.task);
    return;
  }
  agents_.when_known(agent, [this, operation](const std::optional<AgentTraits>& traits) {
    send(operation, reload_action(traits));
  });
}

void ExecutorAdapter::send(const Operation& operation, std::string_view action) {
  client::ExecutorOperation request = request_for(operation);
  request.action = action;
  client_.execute(request, [this, operation](const base::Result<int>& call) {
    if (!call && call.error().code != Errc::kNotConnected) refused(operation, call.error());
  });
}

void ExecutorAdapter::refused(const Operation& operation, const base::Error& error) {
  log(LogLevel::kError, "The executor refuses ", operation.key, ": ", error.message);
  executed_.erase(operation.transition_key);
  event::OperationFinished finished;
  finished.result.operation = operation;
  finished.result.rc = static_cast<int>(model::ExitCode::kGenericError);
  finished.result.status = OpStatus::kError;
  finished.result.reason = error.message;
  deliver_(std::move(finished));
}

void ExecutorAdapter::cancel(const effect::CancelOperation& request) {
  cancels_[request.transition_key] = request;
  if (client_.connected() && !greeting_.active) send_cancel(request);
}

void ExecutorAdapter::send_cancel(const effect::CancelOperation& request) {
  client_.cancel(request.resource, request.task, request.interval,
                 [this, request](const base::Result<void>& done) {
                   if (!done && done.error().code == Errc::kNotConnected) return;
                   if (cancels_.erase(request.transition_key) == 0) return;
                   event::OperationFinished finished;
                   Operation& operation = finished.result.operation;
                   operation.transition_key = request.transition_key;
                   operation.key = request.key;
                   operation.resource = request.resource;
                   operation.task = request.task;
                   operation.interval = request.interval;
                   operation.node = node_;
                   operation.node_id = node_id_;
                   finished.result.status = OpStatus::kCancelled;
                   deliver_(std::move(finished));
                 });
}

void ExecutorAdapter::forget(const std::string& resource) {
  registered_.erase(resource);
  client_.unregister_resource(resource, [resource](const base::Result<void>& done) {
    if (done || done.error().code == Errc::kNotFound || done.error().code == Errc::kBusy) return;
    log(LogLevel::kWarning, "The executor does not forget resource ", resource, ": ",
        done.error().message);
  });
}

void ExecutorAdapter::release(std::uint64_t receipt) {
  if (receipt != 0) client_.confirm(receipt);
}

}  // namespace systole::crmd
