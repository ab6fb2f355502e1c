// What must hold in a simulated cluster after every event, and in the end.
#include "crmd/core/controller.h"
#include "lib/base/strings.h"
#include "lib/cib/digest.h"
#include "tests/simulation/cluster.h"

namespace systole::simulation {

void Cluster::violate(const std::string& what) {
  if (verdict_.violation) return;
  trace(base::cat("VIOLATION ", what));
  for (const auto& machine : machines_) {
    if (!options_.verbose || !machine->has_controller()) continue;
    trace(base::cat(machine->name(), " has\n", machine->controller().document().xml().indented()));
  }
  verdict_.violation = base::cat("seed ", options_.seed, ", ", options_.nodes, " nodes, at ",
                                 schedule_.now().count(), " us: ", what);
}

void Cluster::check() {
  check_activity();
  check_groups();
}

void Cluster::check_activity() {
  std::map<std::string, const Machine*> active;
  for (const auto& machine : machines_) {
    for (const std::string& resource : machine->agents().active()) {
      // A device to fence with may be in use from several nodes, and has to be before fencing.
      if (resource == kFenceDevice) continue;
      const auto [place, first] = active.emplace(resource, machine.get());
      if (!first) {
        violate(
            base::cat(resource, " is active on ", place->second->name(), " and ", machine->name()));
      }
    }
  }
}

void Cluster::check_groups() {
  for (const Network::Group& group : network_.groups()) {
    check_coordinator(group);
    if (!group.level || group.members.size() < 2) continue;
    const auto coordinator = group.members.front()->controller().coordinator();
    bool all = true;
    for (const Machine* member : group.members) {
      all = all && member->controller().synchronized();
      if (member->controller().synchronized() && coordinator &&
          member->controller().coordinator() != coordinator) {
        violate(base::cat(member->name(), " believes in another coordinator than ",
                          group.members.front()->name()));
      }
    }
    if (all) {
      check_replicas(group);
      check_shown(group);
    }
  }
}

/// Whoever coordinates a group with quorum and most of the controllers goes on in the next one that
/// it is in.
void Cluster::check_coordinator(const Network::Group& group) {
  if (reign_ && group.id < reign_->group) return;
  // Fewer cannot make their word last.
  if (group.members.size() * 2 <= machines_.size()) return;
  for (const Machine* member : group.members) {
    const crmd::Controller& controller = member->controller();
    if (!controller.synchronized() || !controller.quorate() || !controller.coordinator()) continue;
    const Machine& now = machine(controller.coordinator()->value() - 1);
    for (const Machine* other : group.members) {
      const bool reigned = reign_ && other->process() == reign_->process;
      // One that has seen more of what they had in common knows changes that the other does not.
      if (reigned && now.process() != reign_->process &&
          now.generation_brought() <= other->generation_brought()) {
        violate(base::cat(member->name(), " believes in coordinator node",
                          controller.coordinator()->value(), ", and ", other->name(),
                          " lives, which was it before"));
      }
    }
    // Until a generation is theirs nothing that these have done lasts.
    if (!reign_ || controller.generation() > reign_->generation) {
      reign_ = Reign{group.id, now.process(), controller.generation()};
    }
    return;
  }
}

/// What clients read of the group is what its members know.
void Cluster::check_shown(const Network::Group& group) {
  const crmd::Controller& controller = group.members.front()->controller();
  const xml::Element root = controller.document().root();
  const auto coordinator = controller.coordinator();
  if (!coordinator) {
    violate("a group has no coordinator");
  } else if (root.attribute_or("dc-uuid", "") != std::to_string(coordinator->value())) {
    violate(base::cat("the CIB names coordinator ", root.attribute_or("dc-uuid", "nobody"),
                      ", which is ", coordinator->value()));
  }
  if ((root.attribute_or("have-quorum", "") == "1") != controller.quorate()) {
    violate("the CIB is wrong about the quorum");
  }
}

void Cluster::check_replicas(const Network::Group& group) {
  const cib::Document& first = group.members.front()->controller().document();
  for (const Machine* member : group.members) {
    if (member->controller().document().version() != first.version()) {
      violate(base::cat("replicas of ", member->name(), " and ", group.members.front()->name(),
                        " have different versions"));
      return;
    }
  }
  // Comparing the bytes takes time; it is done when the version is new.
  const cib::Version version = first.version();
  const std::uint64_t number = static_cast<std::uint64_t>(version.epoch) * 1000003U +
                               static_cast<std::uint64_t>(version.num_updates);
  std::uint64_t& checked = checked_versions_[group.members.front()->number()];
  if (checked == number) return;
  checked = number;
  const std::string digest = cib::file_digest(first.root());
  for (const Machine* member : group.members) {
    if (cib::file_digest(member->controller().document().root()) != digest) {
      violate(base::cat("replicas of ", member->name(), " and ", group.members.front()->name(),
                        " differ"));
      return;
    }
  }
}

void Cluster::check_acknowledged(const crmd::Controller& controller) {
  std::set<std::string> present;
  const xml::Element config =
      controller.document().root().first_child("configuration").first_child("crm_config");
  if (const xml::Element set = config.first_child("cluster_property_set", "load")) {
    for (const xml::Element pair : set.children("nvpair")) present.insert(std::string(pair.id()));
  }
  for (const std::string& id : acknowledged_) {
    if (!present.contains(id)) violate(base::cat("acknowledged ", id, " is lost"));
  }
}

void Cluster::count_plan() {
  ++verdict_.plans;
  constexpr int kMost = 50;
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(schedule_.now());
  plans_in_second_ = second == plan_second_ ? plans_in_second_ + 1 : 1;
  plan_second_ = second;
  if (plans_in_second_ > kMost) violate("plans in a circle");
}

void Cluster::check_healed() {
  for (const auto& machine : machines_) {
    if (!machine->has_controller()) {
      violate(base::cat(machine->name(), " has no controller after healing"));
      return;
    }
    if (!machine->controller().synchronized() || !machine->controller().quorate()) {
      violate(base::cat(machine->name(), " is not part of the healed cluster"));
      return;
    }
    check_acknowledged(machine->controller());
    const xml::Element state =
        machines_.front()->controller().document().root().first_child("status").first_child(
            "node_state", std::to_string(machine->number().value()));
    if (!state || state.attribute_or("crmd", "") != "online" ||
        state.attribute_or("join", "") != "member" ||
        state.attribute_or("expected", "") != "member") {
      violate(base::cat(machine->name(), " is not shown as a member after healing"));
    }
  }
  for (int i = 1; i <= options_.resources; ++i) {
    const std::string resource = base::cat("r", i);
    bool active = false;
    for (const auto& machine : machines_) {
      active = active || machine->agents().active().contains(resource);
    }
    if (!active) violate(base::cat(resource, " is not active after healing"));
  }
  constexpr std::uint64_t kFewPlans = 2;
  if (verdict_.plans - last_plan_count_ > kFewPlans) {
    violate(base::cat("not quiet after healing: ", verdict_.plans - last_plan_count_,
                      " plans in the last 40 seconds"));
  }
}

}  // namespace systole::simulation
