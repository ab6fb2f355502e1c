#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "agents/executor/shell/fence_devices.h"
#include "lib/client/fencer_client.h"
#include "lib/daemon/event_loop.h"

namespace systole::executor {

/// Fence devices as resources, by the fencer of this node. It is connected to when the first such
/// operation comes. A fencer that is being restarted is waited for, up to the operation's timeout.
class FencerDevices final : public FenceDevices {
 public:
  explicit FencerDevices(daemon::EventLoop& loop);

  void run(const Agent& agent, const Operation& operation, Done done) override;

 private:
  void start_device(const Agent& agent, const Operation& operation, Done done);
  void monitor_device(const Operation& operation, Done done);
  void stop_device(const std::string& id, Done done);
  void register_again();

  using Deadline = std::chrono::steady_clock::time_point;
  using Ask = std::function<void(client::FencerClient::Answer)>;
  void ask(const Ask& question, Deadline deadline, const client::FencerClient::Answer& answer);

  daemon::EventLoop& loop_;
  bool connecting_ = false;
  /// What was started and not stopped. A fencer that comes back is told of them again.
  std::map<std::string, client::FencerDevice> started_;
  std::uint64_t last_retry_ = 0;
  std::map<std::uint64_t, daemon::Timer> retries_;
  client::FencerClient fencer_;
};

/// The answer of the fencer as the result of an operation of a stonith resource.
AgentResult fence_device_result(const std::string& action,
                                const base::Result<client::FencerResult>& answer);

/// The device that a stonith resource stands for: what is the operation's own is left out of its
/// parameters.
client::FencerDevice fence_device(const Agent& agent, const Operation& operation);

}  // namespace systole::executor
