#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crmd/core/controller.h"
#include "lib/cib/document.h"
#include "tests/simulation/agents.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/random.h"
#include "tests/simulation/schedule.h"

namespace systole::simulation {

class Machine;

/// What machines need of the world around them.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual void multicast(Machine& from, std::string bytes) = 0;
  virtual void fence(Machine& from, const crmd::effect::Fence& order) = 0;
  virtual void plan(Machine& from, const crmd::effect::Plan& order) = 0;
  virtual void controller_exited(Machine& from, const crmd::effect::Exit& exit) = 0;
  virtual void replied(Machine& from, const crmd::effect::ReplyCib& reply) = 0;
  virtual void trace(const std::string& line) = 0;
};

/// One node: power, disk, executor, and a controller process that may come and go.
class Machine {
 public:
  struct Disk {
    std::optional<crmd::event::StoredCib> stored;
  };

  Machine(Schedule& schedule, Random& random, const Faults& faults, Surroundings& surroundings,
          std::vector<crmd::ConfiguredNode> nodes, crmd::NodeNumber number);

  crmd::NodeNumber number() const { return number_; }
  const std::string& name() const { return name_; }

  void power_on();
  void power_off();
  bool powered() const { return powered_; }

  void start_controller();
  void kill_controller();
  /// The controller does nothing for so long, and then all that it has missed.
  void hang(Microseconds time);
  bool hangs() const { return hangs_; }
  bool has_controller() const { return controller_ != nullptr; }
  const crmd::Controller& controller() const { return *controller_; }
  /// Differs for each process; 0: none runs.
  std::uint64_t process() const { return controller_ ? process_ : 0; }

  /// The generation of what the controller knew when the members of its group changed last.
  std::uint64_t generation_brought() const { return generation_brought_; }

  /// Delivers an event to the controller, if one runs, and carries its effects out.
  void step(const crmd::Event& event);

  Agents& agents() { return agents_; }
  const Agents& agents() const { return agents_; }
  const Disk& disk() const { return disk_; }

  static constexpr std::int64_t kWallBase = 1795200000;  ///< when simulations begin

 private:
  void carry_out(crmd::Effect& effect);
  void persist(const crmd::effect::Persist& order);
  void arm(const crmd::effect::ArmTimer& order);
  void connect_executor();
  crmd::Now now() const;
  /// Runs `what` later unless this process has ended then.
  void later(Microseconds delay, std::function<void()> what);

  Schedule& schedule_;
  Random& random_;
  const Faults& faults_;
  Surroundings& surroundings_;
  std::vector<crmd::ConfiguredNode> nodes_;
  crmd::NodeNumber number_;
  std::string name_;
  bool powered_ = false;
  int boots_ = 0;
  Disk disk_;
  Agents agents_;
  std::unique_ptr<crmd::Controller> controller_;
  std::uint64_t process_ = 0;
  bool hangs_ = false;
  std::vector<crmd::Event> missed_;  ///< while it hangs
  std::uint64_t generation_brought_ = 0;
  std::map<crmd::TimerId, std::uint64_t> timers_;
  std::uint64_t timer_count_ = 0;
  Microseconds disk_free_at_{};
  Microseconds result_at_{};
};

}  // namespace systole::simulation
