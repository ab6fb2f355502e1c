#pragma once

#include <string>
#include <vector>

#include "crmd/tools/monitor/operation_news.h"
#include "crmd/tools/monitor/options.h"
#include "lib/client/fencer_message.h"
#include "lib/daemon/event_loop.h"
#include "lib/process/runner.h"

namespace systole::crmd::monitor {

/// The environment by which an external agent learns of `news`: CRM_notify_*, beside `inherited`.
std::vector<std::string> agent_environment(const News& news, const std::string& recipient,
                                           std::vector<std::string> inherited);

/// A fencing that has ended, as news.
News fencing_news(const client::FenceEvent& event);

/// Runs the program of --external-agent for everything that happens. Without one, nothing is run.
class ExternalAgent {
 public:
  ExternalAgent(daemon::EventLoop& loop, const Settings& settings);

  void see(const xml::Document& cib);
  void see(const client::FenceEvent& event);

 private:
  void tell(const News& news);

  std::string program_;
  std::string recipient_;
  bool watches_fencing_;
  OperationNews news_;
  process::Runner runner_;
};

}  // namespace systole::crmd::monitor
