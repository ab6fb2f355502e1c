#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/machine.h"

namespace systole::simulation {

/// What Corosync does: one total order of messages in each component, and the same messages
/// delivered to all who go on together before each change of members.
class Network {
 public:
  Network(Schedule& schedule, Random& random, std::vector<std::unique_ptr<Machine>>& machines)
      : schedule_(schedule), random_(random), machines_(machines) {}

  void multicast(Machine& from, std::string bytes);

  /// Who can reach whom from now on: machines with equal numbers. Noticed after a moment.
  void set_partition(std::vector<int> component_of);
  void heal() { set_partition(std::vector<int>(machines_.size(), 0)); }
  /// Everybody reaches everybody, and has had the time to notice.
  bool is_whole() const;

  /// A machine or a controller came or went: noticed after `delay`.
  void changed(Microseconds delay);
  /// The controller left in good order.
  void left(std::uint64_t process) { left_.insert(process); }

  /// Members of one group that have delivered the same messages.
  struct Group {
    std::uint64_t id = 0;  ///< greater for later ones
    std::vector<Machine*> members;
    bool level = false;  ///< everybody has delivered everything
  };
  std::vector<Group> groups() const;

 private:
  struct Message {
    crmd::NodeNumber sender;
    std::uint64_t process = 0;
    std::string bytes;
  };
  struct Ring {
    std::uint64_t id = 0;
    std::vector<crmd::NodeNumber> corosync;               ///< machines
    std::map<crmd::NodeNumber, std::uint64_t> processes;  ///< members of the group
    std::vector<Message> log;
    std::map<crmd::NodeNumber, std::size_t> delivered;
    std::map<crmd::NodeNumber, Microseconds> last_at;
  };
  using RingPtr = std::shared_ptr<Ring>;

  void reconfigure();
  void form(const std::vector<Machine*>& component);
  void replace_rings(const std::vector<Machine*>& component, const RingPtr& next,
                     const std::map<RingPtr, std::vector<Machine*>>& from);
  void flush(Ring& ring, const std::vector<Machine*>& together);
  void announce(Machine& machine, const Ring& next, const RingPtr& previous);
  void tell_quorum(Machine& machine, const Ring& ring);
  void append(const RingPtr& ring, Message message);
  Machine& machine(crmd::NodeNumber number) { return *machines_[number.value() - 1]; }

  Schedule& schedule_;
  Random& random_;
  std::vector<std::unique_ptr<Machine>>& machines_;
  std::vector<int> component_of_;
  Microseconds partition_changed_{};
  std::map<crmd::NodeNumber, RingPtr> ring_of_;  ///< of a group's member
  std::map<crmd::NodeNumber, std::vector<crmd::NodeNumber>> corosync_of_;
  std::map<crmd::NodeNumber, Microseconds> machine_sends_;  ///< when the last message is ordered
  std::set<std::uint64_t> left_;                            ///< processes
  std::uint64_t rings_ = 0;
};

}  // namespace systole::simulation
