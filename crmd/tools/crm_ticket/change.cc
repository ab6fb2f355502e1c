#include "crmd/tools/crm_ticket/change.h"

#include <algorithm>

#include "crmd/tools/node_lookup.h"
#include "lib/base/strings.h"
#include "lib/cib/request.h"
#include "lib/model/scalars.h"
#include "lib/xml/document.h"
#include "policy/placement/glib_order.h"

namespace systole::crmd::crm_ticket {
namespace {

constexpr std::string_view kState = "ticket_state";

/// The names that `change` sets, each once, in the order in which new ones are written.
std::vector<model::Text> names_to_set(const Change& change) {
  std::vector<model::Text> names;
  for (const auto& [name, value] : change.set) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  }
  return policy::glib_order(names);
}

void set_attributes(xml::Element state, const Change& change, const ChangeContext& context) {
  for (const model::Text name : names_to_set(change)) {
    const std::string& value = *change.value_of(name);
    state.set_attribute(name, value);
    const bool is_granted_now = name == "granted" && model::is_true(value) && !context.was_granted;
    if (is_granted_now && change.value_of("last-granted") == nullptr) {
      state.set_attribute("last-granted", static_cast<long long>(context.now));
    }
  }
}

bool removes_something(const Change& change, xml::Element state) {
  return state && std::any_of(change.remove.begin(), change.remove.end(),
                              [&](const std::string& name) { return state.attribute(name); });
}

}  // namespace

const std::string* Change::value_of(std::string_view name) const {
  const auto found =
      std::find_if(set.rbegin(), set.rend(), [name](const auto& one) { return one.first == name; });
  return found == set.rend() ? nullptr : &found->second;
}

bool Change::removes(std::string_view name) const {
  return std::find(remove.begin(), remove.end(), name) != remove.end();
}

base::Result<void> apply(client::CibClient& cib, const Change& change,
                         const ChangeContext& context) {
  const bool removes = removes_something(change, context.state);
  if (change.set.empty() && !removes) return {};
  if (!removes) {
    // Names only what is set, so that nobody else's attributes are written back.
    xml::Document input = xml::Document::create("tickets");
    xml::Element state = input.root().append(kState);
    state.set_attribute("id", context.ticket);
    set_attributes(state, change, context);
    return cib.change({.operation = cib::Operation::kModify,
                       .target = "status",
                       .options = cib::CallOption::kCanCreate | cib::CallOption::kQuorumOverride,
                       .input = input.root()});
  }
  xml::Document input = xml::Document::copy_of(context.state);
  for (const std::string& name : change.remove) input.root().remove_attribute(name);
  set_attributes(input.root(), change, context);
  return cib.change({.operation = cib::Operation::kReplace,
                     .target = "status",
                     .options = cib::CallOption::kQuorumOverride,
                     .input = input.root()});
}

base::Result<void> forget(client::CibClient& cib, const std::string& ticket) {
  // By path: a deletion by example would also take an ID that differs in case alone.
  return cib.change(
      {.operation = cib::Operation::kDelete,
       .target = base::cat("/cib/status/tickets/ticket_state[@id=", xpath_literal(ticket), "]"),
       .options = cib::CallOption::kXpath | cib::CallOption::kQuorumOverride});
}

}  // namespace systole::crmd::crm_ticket
