#include "crmd/core/change.h"

#include <chrono>

#include "crmd/core/coordination.h"
#include "crmd/core/durability.h"
#include "lib/base/strings.h"
#include "lib/cib/sections.h"
#include "lib/xml/write.h"
#include "lib/xml/xpath.h"

namespace systole::crmd {
namespace {

cib::LocalTime local_time(const Now& now) {
  using namespace std::chrono;
  const sys_seconds local(seconds(wall_seconds(now) + now.utc_offset));
  const sys_days day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss time(local - day);
  cib::LocalTime out;
  out.year = static_cast<int>(date.year());
  out.month = static_cast<int>(static_cast<unsigned>(date.month()));
  out.day = static_cast<int>(static_cast<unsigned>(date.day()));
  out.hour = static_cast<int>(time.hours().count());
  out.minute = static_cast<int>(time.minutes().count());
  out.second = static_cast<int>(time.seconds().count());
  return out;
}

std::string generation_tuple(xml::Element root) {
  xml::Document tuple = xml::Document::create("generation_tuple");
  for (const xml::Attribute attribute : root.attributes()) {
    tuple.root().set_attribute(attribute.name, attribute.value);
  }
  return tuple.compact();
}

void notify(ControllerState& state, const cib::Request& request, const cib::Outcome& outcome) {
  if (!outcome.patchset || request.options.has(cib::CallOption::kDryRun) ||
      request.options.has(cib::CallOption::kInhibitNotify)) {
    return;
  }
  effect::NotifyCib out;
  out.operation = cib::wire_name(request.operation);
  if (request.input) {
    out.object_type = request.input.name();
    out.object_id = request.input.id();
    out.input = xml::to_string(request.input);
  }
  if (!outcome.verdict) out.rc = -base::legacy_number(outcome.verdict.error().code);
  out.generation = generation_tuple(state.replica.document.root());
  out.patchset = outcome.patchset->compact();
  if (outcome.verdict) out.refreshed = outcome.changed_sections;
  state.out.push_back(std::move(out));
}

cib::Request own_request(cib::Operation operation) {
  cib::Request request;
  request.operation = operation;
  request.options = cib::CallOption::kQuorumOverride;
  request.origin.client = "crmd";
  return request;
}

}  // namespace

cib::Outcome apply_change(ControllerState& state, const cib::Request& request, Cause cause) {
  cib::Outcome outcome = state.replica.document.apply(request);
  notify(state, request, outcome);
  if (!outcome.changed) return outcome;
  if (changed_stored(outcome)) configuration_changed(state, outcome.before);
  if (outcome.configuration_changed || cause == Cause::kOutside) {
    need_plan(state, Urgency::kHard);
  } else if (cause == Cause::kAttribute) {
    need_plan(state, Urgency::kSoft);
  }
  return outcome;
}

bool changed_stored(const cib::Outcome& outcome) {
  return outcome.changed && (outcome.configuration_changed ||
                             outcome.before.admin_epoch != outcome.after.admin_epoch ||
                             outcome.before.epoch != outcome.after.epoch);
}

void modify_status(ControllerState& state, const xml::Document& status, Cause cause) {
  cib::Request request = own_request(cib::Operation::kModify);
  request.target = "status";
  request.options = request.options | cib::CallOption::kCanCreate | cib::CallOption::kMixedUpdate;
  request.input = status.root();
  const cib::Outcome outcome = apply_change(state, request, cause);
  if (!outcome.verdict) {
    state.log(base::LogLevel::kError,
              base::cat("status could not be updated: ", outcome.verdict.error().message));
  }
}

void delete_path(ControllerState& state, const std::string& path, Cause cause) {
  if (!xml::at_path(state.replica.document.root(), path)) return;
  cib::Request request = own_request(cib::Operation::kDelete);
  request.target = path;
  request.options = request.options | cib::CallOption::kXpath;
  const cib::Outcome outcome = apply_change(state, request, cause);
  if (!outcome.verdict) {
    state.log(base::LogLevel::kError,
              base::cat("cannot delete ", path, ": ", outcome.verdict.error().message));
  }
}

void set_root_attribute(ControllerState& state, std::string_view name, std::string_view value) {
  if (state.replica.document.root().attribute(name) == value) return;
  const xml::Document input = xml::Document::create("cib");
  input.root().set_attribute(name, value);
  cib::Request request = own_request(cib::Operation::kModify);
  request.input = input.root();
  const cib::Outcome outcome = apply_change(state, request, Cause::kOutside);
  if (!outcome.verdict) {
    state.log(base::LogLevel::kError,
              base::cat("cannot set ", name, " of the CIB: ", outcome.verdict.error().message));
  }
}

cib::Origin origin_of(const std::string& node, const CibRequest& request, const Now& now) {
  return {node, request.client, request.user, cib::format_written(local_time(now)), request.groups};
}

std::string cluster_property(const ControllerState& state, std::string_view name,
                             std::string_view fallback) {
  const cib::Section* section = cib::section_named("crm_config");
  const xml::Element config = cib::find_section(state.replica.document.root(), *section);
  if (!config) return std::string(fallback);
  for (const xml::Element set : config.children("cluster_property_set")) {
    for (const xml::Element pair : set.children("nvpair")) {
      if (pair.attribute_or("name", "") == name) {
        return std::string(pair.attribute_or("value", fallback));
      }
    }
  }
  return std::string(fallback);
}

xml::Element node_state(const ControllerState& state, std::string_view id) {
  const xml::Element status = state.replica.document.root().first_child("status");
  return status ? status.first_child("node_state", id) : xml::Element();
}

}  // namespace systole::crmd
