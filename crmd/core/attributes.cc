#include "crmd/core/attributes.h"

#include <algorithm>
#include <set>
#include <utility>

#include "crmd/core/alerts.h"
#include "crmd/core/attribute_queue.h"
#include "crmd/core/change.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_state.h"
#include "crmd/core/permission.h"
#include "lib/base/strings.h"
#include "lib/cib/access.h"

namespace systole::crmd {
namespace {

using Attribute = AttributeTable::Attribute;

/// What is due while the members have not agreed is due again after this time.
constexpr Milliseconds kWhileMembersChange = std::chrono::seconds(1);

/// A name as part of an XML id.
std::string id_part(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' ||
                      (static_cast<unsigned char>(c) & 0x80) != 0;
    if (!fits) c = '.';
  }
  return out;
}

/// One element for `name` below the parent with `id`, made if it is not there yet.
xml::Element branch(xml::Element parent, std::string_view name, std::string_view id) {
  if (const xml::Element found = parent.first_child(name, id)) return found;
  xml::Element made = parent.append(name);
  made.set_attribute("id", id);
  return made;
}

/// Collects values to be written in one request.
class StatusWriter {
 public:
  explicit StatusWriter(ControllerState& state)
      : state_(state), status_(xml::Document::create("status")) {}

  /// False: the CIB shows this value already, or none as it should.
  bool add(const std::string& name, const Attribute& attribute, const std::string& node,
           const AttributeTable::Value& value) {
    const std::string id = attribute_node_id(state_, node);
    const std::string set = attribute.set.empty() ? base::cat("status-", id) : attribute.set;
    const std::string pair_id = base::cat(set, "-", id_part(name));
    const xml::Element old = shown(id, set, pair_id);
    if (!value.value && !old) return false;
    const bool changes = !value.value || !old || old.attribute("value") != *value.value;
    xml::Element entry = branch(status_.root(), "node_state", id);
    if (!node_state(state_, id)) entry.set_attribute("uname", node);
    xml::Element parent = branch(entry, "transient_attributes", id);
    xml::Element pair = branch(parent, "instance_attributes", set).append("nvpair");
    pair.set_attribute("id", pair_id);
    pair.set_attribute("name", name);
    pair.set_attribute("value", value.value.value_or(""));
    if (!value.value) pair.set_attribute("__delete__", "value");
    any_ = true;
    return changes;
  }

  void write() {
    if (any_) modify_status(state_, status_, Cause::kAttribute);
  }

  bool may_write(const Actor& actor) { return !any_ || may_modify_status(state_, actor, status_); }

 private:
  xml::Element shown(std::string_view id, std::string_view set, std::string_view pair) const {
    xml::Element at = node_state(state_, id);
    if (at) at = at.first_child("transient_attributes");
    if (at) at = at.first_child("instance_attributes", set);
    return at ? at.first_child("nvpair", pair) : xml::Element();
  }

  ControllerState& state_;
  xml::Document status_;
  bool any_ = false;
};

/// Marks and writes the unwritten values of the named attributes.
void write_values(ControllerState& state, const std::vector<std::string>& names) {
  StatusWriter writer(state);
  for (const std::string& name : names) {
    const auto found = state.replica.attributes.attributes().find(name);
    if (found == state.replica.attributes.attributes().end()) continue;
    Attribute& attribute = found->second;
    if (attribute.is_private) continue;
    for (auto& [node, value] : attribute.nodes) {
      if (value.written) continue;
      if (writer.add(name, attribute, node, value)) {
        alert_of_attribute(state, node, name, value.value);
      }
      value.written = true;
    }
  }
  writer.write();
}

std::uint64_t timer_number(std::string_view name) {
  // FNV-1a; two attributes with one number share a timer, which only writes one of them earlier.
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

bool has_unwritten(const Attribute& attribute) {
  return std::any_of(attribute.nodes.begin(), attribute.nodes.end(),
                     [](const auto& entry) { return !entry.second.written; });
}

std::vector<std::string> affected(const ControllerState& state, const AttributeRequest& request) {
  if (request.task == AttributeRequest::Task::kClearFailure) {
    return state.replica.attributes.failures(request);
  }
  if (!request.pattern.empty() && !state.replica.attributes.attributes().contains(request.name)) {
    return {};
  }
  return {request.name};
}

/// Whether that changes anything.
bool set_dampening(ControllerState& state, const AttributeRequest& request) {
  const auto found = state.replica.attributes.attributes().find(request.name);
  if (found == state.replica.attributes.attributes().end()) return false;
  const Milliseconds wanted = request.dampening.value_or(Milliseconds::zero());
  return std::exchange(found->second.dampening, wanted) != wanted;
}

void rewrite_all(ControllerState& state) {
  std::vector<std::string> names;
  for (auto& [name, attribute] : state.replica.attributes.attributes()) {
    for (auto& [node, value] : attribute.nodes) value.written = attribute.is_private;
    names.push_back(name);
  }
  write_values(state, names);
}

std::string transient_path(std::string_view node_id) {
  return base::cat("/cib/status/node_state[@id='", node_id, "']/transient_attributes");
}

void forget_node(ControllerState& state, const std::string& node) {
  const std::string id = attribute_node_id(state, node);
  if (id.find('\'') != std::string::npos) return;
  delete_path(state, transient_path(id), Cause::kAttribute);
  state.replica.attributes.erase_node(node);
}

/// Whether access control lets the request show what it does in the CIB.
bool is_permitted(ControllerState& state, const AttributeRequest& request,
                  const std::vector<std::string>& names, const std::string& node) {
  using Task = AttributeRequest::Task;
  if (cib::is_exempt(request.user)) return true;
  if (request.task == Task::kPeerRemove) {
    const std::string id = attribute_node_id(state, request.node);
    return id.find('\'') != std::string::npos ||
           may_delete(state, actor_of(request), transient_path(id));
  }
  if (request.task == Task::kUpdateDelay || request.task == Task::kRefresh) return true;
  StatusWriter writer(state);
  for (const std::string& name : names) {
    const auto found = state.replica.attributes.attributes().find(name);
    const bool known = found != state.replica.attributes.attributes().end();
    Attribute attribute;
    attribute.set = known ? found->second.set : request.set;
    if (known ? found->second.is_private : request.is_private) continue;
    const AttributeTable::Value value{request.value};
    if (request.task != Task::kClearFailure || !request.node.empty()) {
      writer.add(name, attribute, node, value);
    } else if (known) {
      for (const auto& [each, old] : found->second.nodes) writer.add(name, attribute, each, value);
    }
  }
  return writer.may_write(actor_of(request));
}

void clear_failures(ControllerState& state, const AttributeRequest& request,
                    const std::vector<std::string>& names) {
  AttributeRequest deletion;
  for (const std::string& name : names) {
    const auto found = state.replica.attributes.attributes().find(name);
    if (found == state.replica.attributes.attributes().end()) continue;
    std::vector<std::string> nodes;
    if (!request.node.empty()) nodes.push_back(request.node);
    for (const auto& [node, value] : found->second.nodes) {
      if (request.node.empty()) nodes.push_back(node);
    }
    for (const std::string& node : nodes) state.replica.attributes.update(name, node, deletion);
  }
}

/// Applies the changes of one message, and shows them in the CIB together.
class ChangeApplier {
 public:
  ChangeApplier(ControllerState& state, NodeNumber sender) : state_(state), sender_(sender) {}

  void apply(const AttributeRequest& request);

  /// Writes what is due.
  void write() {
    write_values(state_, {due_.begin(), due_.end()});
    due_.clear();
  }

 private:
  void change(const AttributeRequest& request, const std::vector<std::string>& names,
              const std::string& node);
  void write_or_wait(const std::vector<std::string>& names);

  ControllerState& state_;
  NodeNumber sender_;
  std::set<std::string> due_;  ///< attributes with values that are to be written at once
};

void ChangeApplier::apply(const AttributeRequest& request) {
  // What a user may do depends on what the CIB shows.
  if (!cib::is_exempt(request.user)) write();
  const std::vector<std::string> names = affected(state_, request);
  const std::string node = request.node.empty() ? node_name(state_, sender_) : request.node;
  if (!is_permitted(state_, request, names, node)) {
    if (sender_ == state_.self()) {
      state_.log(base::LogLevel::kWarning,
                 base::cat("user ", request.user, " may not change attributes of ", node,
                           request.name.empty() ? "" : ": ", request.name));
    }
    return;
  }
  change(request, names, node);
}

void ChangeApplier::change(const AttributeRequest& request, const std::vector<std::string>& names,
                           const std::string& node) {
  using Task = AttributeRequest::Task;
  std::vector<std::string> changed;
  switch (request.task) {
    case Task::kUpdateBoth:
      if (set_dampening(state_, request)) due_.insert(request.name);
      [[fallthrough]];
    case Task::kUpdate:
      for (const std::string& name : names) {
        // What is told again, as monitors do, must not put off what waits.
        if (state_.replica.attributes.update(name, node, request)) changed.push_back(name);
      }
      break;
    case Task::kUpdateDelay:
      if (set_dampening(state_, request)) due_.insert(request.name);
      break;
    case Task::kRefresh:
      rewrite_all(state_);
      return;
    case Task::kPeerRemove:
      forget_node(state_, request.node);
      return;
    case Task::kClearFailure:
      clear_failures(state_, request, names);
      changed = names;
      break;
  }
  write_or_wait(changed);
}

void ChangeApplier::write_or_wait(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto found = state_.replica.attributes.attributes().find(name);
    if (found == state_.replica.attributes.attributes().end()) continue;
    if (found->second.dampening == Milliseconds::zero()) {
      due_.insert(name);
    } else if (coordinator_of(state_) == state_.self()) {
      state_.out.push_back(effect::ArmTimer{{TimerId::Kind::kAttributes, timer_number(name)},
                                            found->second.dampening});
    }
  }
}

}  // namespace

std::string attribute_node_id(const ControllerState& state, const std::string& node) {
  const std::optional<NodeNumber> number = node_number(state, node);
  return number ? node_id(*number) : node;
}

void on_attribute_changes(ControllerState& state, NodeNumber sender,
                          const message::AttributeChanges& message) {
  if (sender == state.self()) forget_queued_names(state, message.requests);
  ChangeApplier applier(state, sender);
  for (const AttributeRequest& request : message.requests) applier.apply(request);
  applier.write();
}

void on_attribute_flush(ControllerState& state, const message::AttributeFlush& message) {
  write_values(state, message.names);
}

void on_attribute_timer(ControllerState& state, std::uint64_t number) {
  if (!state.synchronized()) {
    state.out.push_back(
        effect::ArmTimer{{TimerId::Kind::kAttributes, number}, kWhileMembersChange});
    return;
  }
  if (coordinator_of(state) != state.self()) return;
  message::AttributeFlush flush{state.now, {}};
  for (const auto& [name, attribute] : state.replica.attributes.attributes()) {
    if (timer_number(name) == number && has_unwritten(attribute)) flush.names.push_back(name);
  }
  if (!flush.names.empty()) state.multicast(flush);
}

void set_attribute(ControllerState& state, const std::string& node, const std::string& name,
                   const std::string& value) {
  AttributeRequest request;
  request.value = value;
  state.replica.attributes.update(name, node, request);
  write_values(state, {name});
}

void delete_attribute(ControllerState& state, const std::string& node, const std::string& name) {
  const AttributeRequest deletion;
  if (state.replica.attributes.update(name, node, deletion)) write_values(state, {name});
}

void write_attributes_of(ControllerState& state, const std::string& node) {
  state.replica.attributes.mark_unwritten(node);
  std::vector<std::string> names;
  for (const auto& [name, attribute] : state.replica.attributes.attributes()) {
    if (attribute.nodes.contains(node)) names.push_back(name);
  }
  write_values(state, names);
}

void publish_own_attributes(ControllerState& state) {
  if (state.published || !state.synchronized() || state.exiting) return;
  const auto self = state.replica.peers.find(state.self());
  if (self == state.replica.peers.end() || self->second.state != Peer::State::kMember) return;
  state.published = true;
  constexpr std::string_view kName = "#feature-set";
  const auto known = state.replica.attributes.attributes().find(std::string(kName));
  if (known != state.replica.attributes.attributes().end()) {
    const auto own = known->second.nodes.find(node_name(state, state.self()));
    if (own != known->second.nodes.end() && own->second.value) return;
  }
  AttributeRequest request;
  request.name = kName;
  request.value = cib::kFeatureSet;
  state.multicast(message::AttributeChanges{state.now, {std::move(request)}});
}

void flush_waiting_attributes(ControllerState& state) {
  message::AttributeFlush flush{state.now, {}};
  for (const auto& [name, attribute] : state.replica.attributes.attributes()) {
    if (has_unwritten(attribute)) flush.names.push_back(name);
  }
  if (!flush.names.empty()) state.multicast(flush);
}

}  // namespace systole::crmd
