#include "crmd/shell/fencer_adapter.h"

#include <chrono>
#include <string>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/model/execution.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::log;
using base::LogLevel;

constexpr std::string_view kFencerClientName = "pacemaker-controld";

std::chrono::seconds whole_seconds(Milliseconds length) {
  return std::chrono::ceil<std::chrono::seconds>(length);
}

std::string reason_of(const client::FencerResult& result) {
  if (!result.reason.empty()) return result.reason;
  return base::cat("status ", result.status, ", code ", result.code);
}

/// In the words of Pacemaker 2.1.5, which alert agents forward and people filter their mail by.
std::string description_of(const client::FenceEvent& fencing) {
  const client::FencerResult& result = fencing.result;
  const std::string by = fencing.delegate.empty() ? "the cluster" : fencing.delegate;
  const auto status = static_cast<model::ExecutionStatus>(result.status);
  const bool answered = status == model::ExecutionStatus::kDone;
  const std::string_view failed = answered ? "Error" : model::describe(status);
  const std::string_view end = result.ok() ? "OK" : failed;
  return base::cat("Operation ", fencing.action, " of ", fencing.target, " by ", by, " for ",
                   fencing.client, "@", fencing.origin, ": ", end, " (ref=", fencing.id, ")");
}

}  // namespace

FencerAdapter::FencerAdapter(daemon::EventLoop& loop, Deliver deliver)
    : deliver_(std::move(deliver)),
      client_(loop, std::string(kFencerClientName),
              {.on_connected = [this] { on_connected(); },
               .on_disconnected =
                   [] { log(LogLevel::kWarning, "The connection to the fencer is lost"); },
               .on_fence = [this](const client::FenceEvent& fencing) { on_fence(fencing); }}) {}

void FencerAdapter::fence(const effect::Fence& request) {
  requests_[request.token] = request;
  if (client_.connected()) ask(request);
}

void FencerAdapter::ask(const effect::Fence& request) {
  client::FenceRequest wanted;
  wanted.target = request.target;
  wanted.action = request.action;
  wanted.timeout = whole_seconds(request.timeout);
  wanted.delay =
      request.delay.count() < 0 ? std::chrono::seconds(-1) : whole_seconds(request.delay);
  client_.fence(wanted,
                [this, token = request.token](const base::Result<client::FencerResult>& answer) {
                  if (!answer && answer.error().code == Errc::kNotConnected) return;
                  if (requests_.erase(token) == 0) return;
                  event::FenceFinished finished{token, answer && answer->ok(), ""};
                  finished.by_hand = answer && answer->delegate == client::kHumanDelegate;
                  if (!finished.succeeded)
                    finished.reason = answer ? reason_of(*answer) : answer.error().message;
                  deliver_(std::move(finished));
                });
}

void FencerAdapter::on_connected() {
  const std::map<FenceToken, effect::Fence> again = requests_;
  for (const auto& [token, request] : again) ask(request);
}

void FencerAdapter::on_fence(const client::FenceEvent& fencing) {
  if (fencing.pending()) return;
  deliver_(event::FenceObserved{.target = fencing.target,
                                .action = fencing.action,
                                .succeeded = fencing.result.ok(),
                                .origin = fencing.origin,
                                .by_hand = fencing.delegate == client::kHumanDelegate,
                                .description = description_of(fencing),
                                .rc = fencing.result.legacy_rc});
}

}  // namespace systole::crmd
