#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/random.h"
#include "tests/simulation/schedule.h"

namespace systole::simulation {

/// The executor of one machine with the services that it runs: what is really active there. It
/// outlives controllers, and dies with the machine.
class Agents {
 public:
  /// Called for each result while a controller is connected.
  using Sink = std::function<void(const crmd::event::OperationFinished&)>;

  Agents(Schedule& schedule, Random& random, const Faults& faults, std::int64_t wall_base)
      : schedule_(schedule), random_(random), faults_(faults), wall_base_(wall_base) {}

  void power_off();
  /// A controller connects: what is running, and what nobody has taken. Later results go to `sink`.
  crmd::event::ExecutorConnected connect(Sink sink);
  void disconnect() { sink_ = nullptr; }

  void execute(const crmd::Operation& operation);
  void cancel(const crmd::effect::CancelOperation& order);
  void forget(const std::string& resource);
  void release(std::uint64_t receipt) { held_.erase(receipt); }

  /// A service dies by itself.
  void kill(const std::string& resource) { active_.erase(resource); }
  const std::set<std::string>& active() const { return active_; }

 private:
  struct Recurring {
    crmd::Operation operation;
    int last_rc = -1;
    std::uint64_t serial = 0;
  };

  void begin(const crmd::Operation& operation);
  void finish(const crmd::Operation& operation, bool hung);
  void repeat(const std::string& key, std::uint64_t serial);
  void report(const crmd::Operation& operation, int rc, crmd::OpStatus status);
  int outcome(const crmd::Operation& operation);

  Schedule& schedule_;
  Random& random_;
  const Faults& faults_;
  std::int64_t wall_base_;
  Sink sink_;
  std::set<std::string> active_;
  /// Operations of one resource run one after the other.
  std::map<std::string, std::vector<crmd::Operation>> queues_;
  std::map<std::string, Recurring> recurring_;
  std::map<std::uint64_t, crmd::event::OperationFinished> held_;
  std::uint64_t next_receipt_ = 1;
  std::uint64_t serial_ = 0;
  std::uint64_t life_ = 0;
  int next_call_ = 1;
};

}  // namespace systole::simulation
