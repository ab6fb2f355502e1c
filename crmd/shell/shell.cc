#include "crmd/shell/shell.h"

#include <chrono>
#include <ctime>
#include <utility>

#include "crmd/shell/alert_calls.h"
#include "crmd/shell/identity.h"
#include "crmd/shell/start_state.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/daemon/reset_demand.h"

namespace systole::crmd {

using base::EndCode;
using base::log;
using base::LogLevel;
using base::Result;

namespace {

// What clients may have on its way to the group: half of what it lets wait, so that what the
// controllers tell each other always has room, and more than any one request has (a text's limit is
// ipc::kTextSizeMax).
constexpr std::size_t kClientBytesMax = std::size_t{128} << 20;

std::int64_t wall_clock_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

EndCode end_code_of(effect::After after) {
  switch (after) {
    case effect::After::kEnd:
      return EndCode::kOk;
    case effect::After::kRestart:
      return EndCode::kError;
    case effect::After::kStayDown:
      return EndCode::kFatal;
    case effect::After::kReset:
      return EndCode::kPanic;
  }
  return EndCode::kError;
}

}  // namespace

Shell::Shell(daemon::EventLoop& loop, std::unique_ptr<cluster::Cluster> cluster, Settings settings,
             Planner::Calculate calculate)
    : loop_(loop),
      settings_(std::move(settings)),
      schemas_(cib::Schemas::default_directory()),
      controller_(&schemas_),
      cluster_(
          std::move(cluster), [this](Event event) { deliver(std::move(event)); },
          [this](const base::Error& error) {
            log(LogLevel::kCritical,
                "Corosync is gone, nothing can be done on this node: ", error.message);
            stop(EndCode::kDisconnected);
          }),
      context_{.loop = loop,
               .controller = controller_,
               .self = cluster_.cluster().local_node(),
               .self_name = cluster_.cluster().local_name(),
               .deliver = [this](Event event) { deliver(std::move(event)); },
               .new_token = [this] { return CallToken(++last_token_); },
               .has_room =
                   [this](std::size_t bytes) {
                     return cluster_.waiting_bytes() + bytes <= kClientBytesMax;
                   },
               .remote_login = settings_.remote_login},
      timers_(loop, [this](TimerId timer) { deliver(event::TimerFired{timer}); }),
      persistence_(loop, settings_.cib,
                   [this](event::Persisted done) { deliver(std::move(done)); }),
      planner_(loop, settings_.plan_inputs, std::move(calculate),
               [this](event::PlanReady plan) { deliver(std::move(plan)); }),
      executor_(loop, cluster_.cluster(), [this](Event event) { deliver(std::move(event)); }),
      fencer_(loop, [this](Event event) { deliver(std::move(event)); }) {}

Shell::~Shell() = default;

Result<event::Started> Shell::make_started() {
  event::Started started;
  started.self = context_.self;
  started.cluster_name = cluster_.cluster().name();
  started.nodes = cluster_.nodes();
  auto incarnation = uptime_token(settings_.run + "/systole-uptime");
  if (!incarnation) return incarnation.error();
  started.incarnation = *incarnation;
  auto process = random_number();
  if (!process) return process.error();
  started.process = *process;
  auto uuid = random_uuid();
  if (!uuid) return uuid.error();
  started.transition_uuid = *uuid;
  auto loaded = persistence_.load();
  if (!loaded) return loaded.error();
  for (const std::string& problem : loaded->problems) log(LogLevel::kError, problem);
  started.stored = std::move(loaded->stored);
  if (!started.stored) {
    log(LogLevel::kNotice, "There is no CIB in ", settings_.cib, ", beginning with an empty one");
  }
  return started;
}

Result<void> Shell::start() {
  if (auto installed = schemas_.check_installation(); !installed) return installed;
  auto started = make_started();
  if (!started) return started.error();
  deliver(std::move(*started));
  auto cib = CibEndpoint::start(context_);
  if (!cib) return cib.error();
  cib_endpoint_ = std::move(*cib);
  cib_endpoint_->follow_ports();
  auto attributes = AttributeEndpoint::start(context_);
  if (!attributes) return attributes.error();
  attribute_endpoint_ = std::move(*attributes);
  auto scheduler = SchedulerEndpoint::start(context_, planner_, wall_clock_seconds);
  if (!scheduler) return scheduler.error();
  scheduler_endpoint_ = std::move(*scheduler);
  if (auto joined = cluster_.start(); !joined) return joined;
  executor_.start();
  fencer_.start();
  return {};
}

void Shell::request_stop() {
  if (stopping_) {
    log(LogLevel::kWarning,
        "Asked again to stop: ending without waiting for this node's resources");
    stop(EndCode::kOk);
    return;
  }
  stopping_ = true;
  deliver(event::ShutdownRequested{});
}

Now Shell::now() const {
  using std::chrono::duration_cast;
  Now now;
  now.steady = duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  const auto wall = std::chrono::system_clock::now();
  now.wall = duration_cast<Milliseconds>(wall.time_since_epoch());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(wall);
  std::tm local{};
  if (localtime_r(&seconds, &local) != nullptr) {
    now.utc_offset = static_cast<std::int32_t>(local.tm_gmtoff);
  }
  return now;
}

void Shell::deliver(Event event) {
  events_.push_back(std::move(event));
  if (stepping_) return;
  stepping_ = true;
  while (!events_.empty()) {
    const Event next = std::move(events_.front());
    events_.pop_front();
    for (Effect& effect : controller_.step(next, now())) {
      std::visit([this](auto& each) { carry_out(std::move(each)); }, effect);
    }
    if (cib_endpoint_) cib_endpoint_->follow_ports();
    open_when_ready();
    take_start_state();
  }
  stepping_ = false;
}

/// The endpoint that tells clients that the node is ready opens once it is.
void Shell::open_when_ready() {
  if (controller_endpoint_ || !scheduler_endpoint_ || !controller_.synchronized()) return;
  auto endpoint = ControllerEndpoint::start(context_, wall_clock_seconds);
  if (!endpoint) {
    log(LogLevel::kCritical, endpoint.error().message);
    stop(EndCode::kError);
    return;
  }
  controller_endpoint_ = std::move(*endpoint);
  log(LogLevel::kNotice, "This node, ", context_.self_name, " (", context_.self.value(),
      "), is part of the cluster");
}

/// Without quorum the change would be lost against the configuration of those that have it.
void Shell::take_start_state() {
  if (settings_.start_state.empty() || !controller_.synchronized() || !controller_.quorate())
    return;
  auto request = start_state_request(std::exchange(settings_.start_state, {}), context_.self,
                                     context_.self_name);
  if (request) events_.push_back(event::CibCall{CallToken(), std::move(*request)});
}

void Shell::stop(EndCode code) {
  end_code_ = code;
  loop_.stop();
}

void Shell::carry_out(effect::Multicast effect) {
  if (auto sent = cluster_.multicast(std::move(effect.bytes)); !sent) {
    // A message that is lost here would let this replica fall behind unnoticed.
    log(LogLevel::kCritical,
        "A message to the other controllers cannot be sent: ", sent.error().message);
    stop(EndCode::kError);
  }
}

void Shell::carry_out(const effect::ReplyCib& effect) {
  if (cib_endpoint_) cib_endpoint_->reply(effect);
}

void Shell::carry_out(const effect::ReplyAttributes& effect) {
  if (attribute_endpoint_) attribute_endpoint_->reply(effect);
}

void Shell::carry_out(const effect::ReplyResource& effect) {
  if (controller_endpoint_) controller_endpoint_->reply(effect);
}

void Shell::carry_out(const effect::ReplyPing& effect) {
  if (controller_endpoint_) controller_endpoint_->reply(effect);
}

void Shell::carry_out(const effect::NotifyCib& effect) {
  if (cib_endpoint_) cib_endpoint_->notify(effect);
}

void Shell::carry_out(const effect::ArmTimer& effect) {
  timers_.arm(effect.timer, effect.delay);
}

void Shell::carry_out(const effect::CancelTimer& effect) {
  timers_.cancel(effect.timer);
}

void Shell::carry_out(const effect::Execute& effect) {
  executor_.execute(effect.operation);
}

void Shell::carry_out(const effect::CancelOperation& effect) {
  executor_.cancel(effect);
}

void Shell::carry_out(const effect::ForgetResource& effect) {
  executor_.forget(effect.resource);
}

void Shell::carry_out(const effect::ReleaseResult& effect) {
  executor_.release(effect.receipt);
}

void Shell::carry_out(const effect::Fence& effect) {
  fencer_.fence(effect);
}

void Shell::carry_out(effect::Persist effect) {
  persistence_.persist(std::move(effect));
}

void Shell::carry_out(effect::KeepConflict effect) {
  persistence_.keep_conflict(std::move(effect));
}

void Shell::carry_out(const effect::Plan& effect) {
  planner_.plan(effect, controller_.document().xml().clone());
}

void Shell::carry_out(const effect::Alert& effect) {
  for (client::AlertRequest& call :
       alert_calls(controller_.document().root(), effect.event, alert_time_now())) {
    executor_.alert(std::move(call));
  }
}

void Shell::carry_out(const effect::Exit& effect) {
  if (effect.after == effect::After::kReset) {
    // First of all: the message below may take a disk, and so may the end of this process.
    if (auto demanded = daemon::demand_reset(settings_.run, effect.reason); !demanded) {
      log(LogLevel::kCritical, demanded.error().message);
    }
  }
  const bool asked_for = effect.after == effect::After::kEnd;
  log(asked_for ? LogLevel::kNotice : LogLevel::kCritical, "Leaving the cluster: ", effect.reason);
  // A node that is reset has stopped nothing: its end must not look like a good one.
  if (effect.after != effect::After::kReset) cluster_.leave();
  stop(end_code_of(effect.after));
}

void Shell::carry_out(const effect::Log& effect) {
  log(effect.level, effect.message);
}

}  // namespace systole::crmd
