#include "crmd/tools/monitor/external_agent.h"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

/// An agent that hangs must not make more and more processes.
constexpr std::chrono::minutes kAgentPatience{5};

}  // namespace

std::vector<std::string> agent_environment(const News& news, const std::string& recipient,
                                           std::vector<std::string> inherited) {
  const std::pair<std::string_view, std::string> variables[] = {
      {"recipient", recipient},
      {"node", news.node},
      {"rsc", news.resource},
      {"task", news.task},
      {"desc", news.description},
      {"rc", std::to_string(news.rc)},
      {"target_rc", std::to_string(news.target_rc)},
      {"status", std::to_string(news.status)},
  };
  for (const auto& [name, value] : variables) {
    if (name == "rsc" && value.empty()) continue;
    inherited.push_back(base::cat("CRM_notify_", name, "=", value));
  }
  return inherited;
}

News fencing_news(const client::FenceEvent& event) {
  const std::string by = event.delegate.empty() ? "<no-one>" : event.delegate;
  return {.node = event.target,
          .task = "st_notify_fence",
          .rc = event.result.code,
          .status = event.result.status,
          .description =
              base::cat("Operation ", event.action, " of ", event.target, " by ", by, " for ",
                        event.client, "@", event.origin, ": ", event.result.ok() ? "OK" : "Error",
                        event.result.reason.empty() ? "" : " (", event.result.reason,
                        event.result.reason.empty() ? "" : ")")};
}

ExternalAgent::ExternalAgent(daemon::EventLoop& loop, const Settings& settings)
    : program_(settings.external_agent),
      recipient_(settings.external_recipient),
      watches_fencing_(settings.watch_fencing),
      runner_(loop) {}

void ExternalAgent::see(const xml::Document& cib) {
  if (program_.empty()) return;
  for (const News& news : news_.read(cib.root())) tell(news);
}

void ExternalAgent::see(const client::FenceEvent& event) {
  if (!program_.empty() && watches_fencing_) tell(fencing_news(event));
}

void ExternalAgent::tell(const News& news) {
  std::vector<std::string> inherited;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    inherited.emplace_back(*variable);
  }
  const process::Command command{
      .argv = {program_}, .environment = agent_environment(news, recipient_, std::move(inherited))};
  const auto run =
      runner_.start(command, {.timeout = kAgentPatience}, [this](const process::Outcome& outcome) {
        if (outcome.end == process::End::kExited && outcome.code == 0) return;
        base::log(base::LogLevel::kWarning, "the external agent ", program_,
                  " failed: ", outcome.err.text());
      });
  if (!run) {
    base::log(base::LogLevel::kError, "cannot run the external agent: ", run.error().message);
  }
}

}  // namespace systole::crmd::monitor
