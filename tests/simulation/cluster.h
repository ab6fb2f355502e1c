#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/faults.h"
#include "tests/simulation/machine.h"
#include "tests/simulation/network.h"
#include "tests/simulation/random.h"
#include "tests/simulation/schedule.h"

namespace systole::simulation {

/// The resource that stands for the fence devices.
inline constexpr std::string_view kFenceDevice = "fence";

struct Options {
  std::uint64_t seed = 1;
  std::uint32_t nodes = 3;
  int resources = 5;
  bool verbose = false;
  /// Plans by the policy engine; else by the simple planner of the simulation, whose faults are
  /// other ones.
  bool engine = true;
  std::chrono::seconds faulty{120};   ///< how long things go wrong
  std::chrono::seconds healing{240};  ///< within which all must be well again
};

/// What a run showed.
struct Verdict {
  std::optional<std::string> violation;
  std::uint64_t events = 0;
  std::uint64_t plans = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t fencings = 0;
  std::string fingerprint;  ///< equal for equal runs
};

/// A whole cluster in virtual time: everything that happens follows from the seed. A first phase in
/// which anything may fail must never break a promise; then all is repaired, and everything has to
/// run again, and to keep quiet.
class Cluster : private Surroundings {
 public:
  explicit Cluster(const Options& options);
  ~Cluster() override;

  Verdict run();

 private:
  void multicast(Machine& from, std::string bytes) override;
  void fence(Machine& from, const crmd::effect::Fence& order) override;
  void plan(Machine& from, const crmd::effect::Plan& order) override;
  base::Result<model::TransitionGraph> calculate(const Machine& from,
                                                 const crmd::effect::Plan& order) const;
  void controller_exited(Machine& from, const crmd::effect::Exit& exit) override;
  void replied(Machine& from, const crmd::effect::ReplyCib& reply) override;
  void trace(const std::string& line) override;

  void boot(Machine& machine, Microseconds delay);
  void crash(Machine& machine, Microseconds down_for);
  void kill_controller(Machine& machine);
  /// The target loses its power now, and boots later; the others are told after a while.
  void fence_target(const std::string& origin, Machine& target, const std::string& action,
                    Microseconds told_after);
  Microseconds fence_delay();

  // Faults and load.
  void inject();
  void partition();
  void hang(Machine& victim);
  void confirm_by_hand(Machine& target);
  /// Whether a word that a machine is dead, untrue, can be told from the truth: all see that it
  /// lives, and will. Keeps the network whole for the time that they need.
  bool may_be_told_dead(const Machine& target);
  void change_configuration();
  void change_attribute();
  void configure_resources();
  void start_healing();

  // Promises.
  void check();
  void check_activity();
  void check_groups();
  void check_replicas(const Network::Group& group);
  void check_coordinator(const Network::Group& group);
  void check_shown(const Network::Group& group);
  void check_acknowledged(const crmd::Controller& controller);
  void check_healed();
  void count_plan();
  void violate(const std::string& what);
  Machine& machine(std::size_t index) { return *machines_[index]; }
  Machine& any_machine() {
    return machine(static_cast<std::size_t>(
        random_.between(0, static_cast<std::int64_t>(machines_.size()) - 1)));
  }

  Options options_;
  Random random_;
  Schedule schedule_;
  Faults faults_;
  std::vector<std::unique_ptr<Machine>> machines_;
  Network network_;
  bool healing_ = false;
  std::uint64_t next_token_ = 1;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> asked_;  ///< process, token: id
  std::set<std::string> acknowledged_;
  std::map<crmd::NodeNumber, std::uint64_t> checked_versions_;
  std::uint64_t changes_ = 0;
  Microseconds whole_until_{};  ///< no partition before
  Microseconds quiet_until_{};  ///< no fault before
  /// The coordinator of the last group with quorum that got a generation.
  struct Reign {
    std::uint64_t group = 0;
    std::uint64_t process = 0;
    std::uint64_t generation = 0;
  };
  std::optional<Reign> reign_;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325U;
  std::uint64_t last_plan_count_ = 0;
  std::chrono::seconds plan_second_{};  ///< the second in which plans are being counted
  int plans_in_second_ = 0;
  Verdict verdict_;
};

}  // namespace systole::simulation
