// What goes wrong in a simulated cluster, and what its users do meanwhile.
#include "lib/base/strings.h"
#include "lib/cib/request.h"
#include "tests/simulation/cluster.h"

namespace systole::simulation {

namespace event = crmd::event;

void Cluster::inject() {
  if (healing_) return;
  if (schedule_.now() < quiet_until_) {
    schedule_.after(quiet_until_ - schedule_.now(), [this] { inject(); });
    return;
  }
  faults_ = {random_.chance(30) ? 20 : 0, random_.chance(20) ? 20 : 0, random_.chance(20) ? 10 : 0,
             random_.chance(30) ? 50 : 0, random_.chance(40) ? 60 : 0, random_.chance(20) ? 50 : 0,
             random_.chance(30) ? 40 : 0};
  faults_.fencing_lies = random_.chance(20) ? 60 : 0;
  Machine& victim = any_machine();
  switch (random_.between(0, 15)) {
    case 0:
    case 1:
      if (victim.powered()) crash(victim, Microseconds(random_.between(1000000, 20000000)));
      break;
    case 2:
    case 3:
      kill_controller(victim);
      break;
    case 4:
    case 5:
      partition();
      break;
    case 6:
      network_.heal();
      trace("network healed");
      break;
    case 7:
      if (victim.powered() && !victim.agents().active().empty()) {
        const std::string service = *victim.agents().active().begin();
        trace(base::cat(service, " dies on ", victim.name()));
        victim.agents().kill(service);
      }
      break;
    case 8:
      if (victim.has_controller()) {
        trace(base::cat(victim.name(), " is asked to shut down"));
        victim.step(event::ShutdownRequested{});
      }
      break;
    case 9:
      change_attribute();
      break;
    case 10:
      if (random_.chance(50)) fence_target("an operator", victim, "reboot", fence_delay());
      break;
    case 11:
      confirm_by_hand(victim);
      break;
    case 12:
      hang(victim);
      break;
    default:
      change_configuration();
      break;
  }
  schedule_.after(Microseconds(random_.between(10000, 4000000)), [this] { inject(); });
}

bool Cluster::may_be_told_dead(const Machine& target) {
  if (!network_.is_whole() || !target.has_controller()) return false;
  for (const auto& machine : machines_) {
    if (machine->hangs()) return false;
    if (!machine->has_controller() || !machine->controller().synchronized()) continue;
    for (const crmd::NodeView& node : machine->controller().nodes()) {
      if (node.number == target.number() && !node.controller) return false;
    }
  }
  whole_until_ = schedule_.now() + std::chrono::seconds(90);
  return true;
}

void Cluster::confirm_by_hand(Machine& target) {
  if (!may_be_told_dead(target)) return;
  trace(base::cat(target.name(), " is confirmed dead by somebody, and is not"));
  const event::FenceObserved seen{target.name(), "off", true, "somebody", true};
  for (const auto& other : machines_) {
    schedule_.after(Microseconds(random_.between(100, 5000)),
                    [&machine = *other, process = other->process(), seen] {
                      if (process != 0 && machine.process() == process) machine.step(seen);
                    });
  }
}

/// Long enough, now and then, for the others to go on without it. They wait for it only when the
/// members change.
void Cluster::hang(Machine& victim) {
  if (schedule_.now() < whole_until_ || !victim.has_controller()) return;
  trace(base::cat("the controller of ", victim.name(), " hangs"));
  const Microseconds time(random_.between(100000, random_.chance(40) ? 5000000 : 90000000));
  victim.hang(time);
  // What else goes wrong would end it, or make the others wait anew.
  if (random_.chance(70)) quiet_until_ = schedule_.now() + time;
  Machine& other = any_machine();
  schedule_.after(Microseconds(random_.between(10000, 5000000)), [this, &other] {
    if (!healing_ && !other.hangs()) kill_controller(other);
  });
}

void Cluster::partition() {
  if (schedule_.now() < whole_until_) return;
  std::vector<int> component_of;
  std::string text;
  const int last = random_.chance(20) ? 2 : 1;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    component_of.push_back(static_cast<int>(random_.between(0, last)));
    text += static_cast<char>('0' + component_of.back());
  }
  trace(base::cat("network splits ", text));
  network_.set_partition(component_of);
}

void Cluster::configure_resources() {
  std::string resources = "<resources>";
  for (int i = 1; i <= options_.resources; ++i) {
    resources += base::cat(
        "<primitive id=\"r", i, "\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\">",
        "<operations><op id=\"r", i, "-m\" name=\"monitor\" interval=\"2s\" timeout=\"2s\"/>",
        "<op id=\"r", i, "-a\" name=\"start\" interval=\"0\" timeout=\"2s\"/>", "<op id=\"r", i,
        "-o\" name=\"stop\" interval=\"0\" timeout=\"2s\"/></operations>", "</primitive>");
  }
  resources +=
      base::cat("<primitive id=\"", kFenceDevice, "\" class=\"stonith\" type=\"fence_dummy\"/>");
  resources += "</resources>";
  for (const auto& machine : machines_) {
    if (!machine->has_controller() || !machine->controller().synchronized()) continue;
    crmd::CibRequest request;
    request.operation = "cib_modify";
    request.section = "configuration";
    request.options = cib::CallOptions(cib::CallOption::kCanCreate).bits();
    request.input = base::cat("<configuration>", resources, "</configuration>");
    request.client = "simulation";
    machine->step(event::CibCall{crmd::CallToken(0), request});
    return;
  }
  schedule_.after(std::chrono::seconds(1), [this] { configure_resources(); });
}

void Cluster::change_configuration() {
  Machine& machine = any_machine();
  if (!machine.has_controller()) return;
  const std::string id = base::cat("change-", ++changes_);
  const std::uint64_t token = next_token_++;
  asked_[{machine.process(), token}] = id;
  crmd::CibRequest request;
  request.operation = "cib_modify";
  request.section = "crm_config";
  request.options = cib::CallOptions(cib::CallOption::kCanCreate).bits();
  request.input =
      base::cat("<crm_config><cluster_property_set id=\"load\"><nvpair id=\"", id, "\" name=\"", id,
                "\" value=\"1\"/></cluster_property_set></crm_config>");
  request.client = "simulation";
  trace(base::cat(machine.name(), " is asked for ", id));
  machine.step(event::CibCall{crmd::CallToken(token), request});
}

void Cluster::change_attribute() {
  Machine& machine = any_machine();
  if (!machine.has_controller()) return;
  crmd::AttributeRequest request;
  request.name = base::cat("attribute-", random_.between(1, 3));
  if (random_.chance(80)) request.value = std::to_string(random_.between(0, 5));
  if (random_.chance(40)) {
    request.task = crmd::AttributeRequest::Task::kUpdateBoth;
    request.dampening = crmd::Milliseconds(random_.between(0, 3000));
  }
  machine.step(event::AttributeCall{request});
}

void Cluster::start_healing() {
  trace("healing begins");
  healing_ = true;
  faults_ = {};
  network_.heal();
  for (const auto& machine : machines_) {
    if (!machine->powered()) boot(*machine, std::chrono::seconds(1));
  }
  // People clean up the failures once everything is back.
  schedule_.after(std::chrono::seconds(90), [this] {
    for (const auto& machine : machines_) {
      if (!machine->has_controller()) continue;
      crmd::AttributeRequest request;
      request.task = crmd::AttributeRequest::Task::kClearFailure;
      machine->step(event::AttributeCall{request});
      return;
    }
  });
}

}  // namespace systole::simulation
