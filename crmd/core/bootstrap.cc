#include "crmd/core/bootstrap.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crmd/core/change.h"
#include "crmd/core/node_state.h"
#include "lib/base/strings.h"
#include "lib/cib/sections.h"

namespace systole::crmd {
namespace {

constexpr std::string_view kOptions = "cib-bootstrap-options";
/// The release whose behaviour this one reproduces; tools compare it.
constexpr std::string_view kVersion = "2.1.5-a3f44794f94";

void merge_configuration(ControllerState& state, const xml::Document& configuration) {
  message::CibChange change;
  change.now = state.now;
  change.request.operation = "cib_modify";
  change.request.section = "configuration";
  change.request.options = (cib::CallOption::kCanCreate | cib::CallOption::kQuorumOverride).bits();
  change.request.input = configuration.compact();
  change.request.user = "hacluster";
  change.request.client = "crmd";
  state.multicast(change);
}

xml::Element known_nodes(const ControllerState& state) {
  return cib::find_section(state.replica.document.root(), *cib::section_named("nodes"));
}

/// Adds entries for the nodes that lack one: for all of the nodelist, or those that came since.
bool add_nodes(const ControllerState& state, bool all, xml::Element configuration) {
  const xml::Element known = known_nodes(state);
  xml::Element nodes = configuration.append("nodes");
  for (const ConfiguredNode& node : state.boot.nodes) {
    // A node that was removed while it was away stays removed until it comes back.
    if (!all && !state.coordination.arrived.contains(node.number)) continue;
    const xml::Element entry =
        known ? known.first_child("node", node_id(node.number)) : xml::Element();
    // Its name is on its way when the coordinator has just heard of it.
    const std::string name =
        state.replica.names.contains(node.number) ? node_name(state, node.number) : node.name;
    if (entry && entry.attribute_or("uname", "") == name) continue;
    xml::Element added = nodes.append("node");
    added.set_attribute("id", node_id(node.number));
    added.set_attribute("uname", name);
  }
  return static_cast<bool>(nodes.first_child());
}

bool add_options(const ControllerState& state, xml::Element configuration) {
  xml::Element set = configuration.append("crm_config").append("cluster_property_set");
  set.set_attribute("id", kOptions);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty() || cluster_property(state, name, "") == value) return;
    xml::Element pair = set.append("nvpair");
    pair.set_attribute("id", std::string(kOptions) + "-" + std::string(name));
    pair.set_attribute("name", name);
    pair.set_attribute("value", value);
  };
  if (cluster_property(state, "have-watchdog", "").empty()) add("have-watchdog", "false");
  add("dc-version", kVersion);
  add("cluster-infrastructure", "corosync");
  add("cluster-name", state.boot.cluster_name);
  return static_cast<bool>(set.first_child());
}

bool is_own_option(xml::Element pair) {
  constexpr std::array<std::string_view, 4> kNames = {"have-watchdog", "dc-version",
                                                      "cluster-infrastructure", "cluster-name"};
  return std::find(kNames.begin(), kNames.end(), pair.attribute_or("name", "")) != kNames.end();
}

bool has_only_own_options(xml::Element crm_config) {
  for (const xml::Element set : crm_config.children()) {
    if (set.id() != kOptions) return false;
    for (const xml::Element pair : set.children()) {
      if (!is_own_option(pair)) return false;
    }
  }
  return true;
}

}  // namespace

bool only_describes(xml::Element configuration) {
  for (const xml::Element section : configuration.children()) {
    if (section.is("crm_config")) {
      if (!has_only_own_options(section)) return false;
    } else if (section.is("nodes")) {
      for (const xml::Element node : section.children()) {
        if (node.first_child()) return false;
      }
    } else if (section.first_child()) {
      return false;
    }
  }
  return true;
}

void note_configured(ControllerState& state) {
  if (state.stamp.configured) return;
  const xml::Element part = state.replica.document.root().first_child("configuration");
  state.stamp.configured = part && !only_describes(part);
}

void note_refresh(ControllerState& state, const std::string& node, const Now& now) {
  constexpr std::string_view kName = "last-lrm-refresh";
  std::string set_id(kOptions);
  std::string pair_id = base::cat(kOptions, "-", kName);
  const cib::Section* section = cib::section_named("crm_config");
  const xml::Element config = cib::find_section(state.replica.document.root(), *section);
  if (config) {
    for (const xml::Element set : config.children("cluster_property_set")) {
      for (const xml::Element pair : set.children("nvpair")) {
        if (pair.attribute_or("name", "") != kName) continue;
        set_id = set.id();
        pair_id = pair.id();
      }
    }
  }
  const xml::Document input = xml::Document::create("crm_config");
  xml::Element set = input.root().append("cluster_property_set");
  set.set_attribute("id", set_id);
  xml::Element pair = set.append("nvpair");
  pair.set_attribute("id", pair_id);
  pair.set_attribute("name", kName);
  pair.set_attribute("value", std::to_string(wall_seconds(now)));
  CibRequest whose;
  whose.client = "crmd";
  whose.user = "hacluster";
  cib::Request request;
  request.operation = cib::Operation::kModify;
  request.target = "crm_config";
  request.options = cib::CallOption::kCanCreate | cib::CallOption::kQuorumOverride;
  request.input = input.root();
  request.origin = origin_of(node, whose, now);
  const cib::Outcome outcome = apply_change(state, request, Cause::kOutside);
  if (!outcome.verdict) {
    state.log(base::LogLevel::kError,
              base::cat("cannot set ", kName, ": ", outcome.verdict.error().message));
  }
}

void describe_cluster(ControllerState& state) {
  Coordination& coordination = state.coordination;
  // Without quorum only what no replica has yet: a node that was removed may be unknown here.
  if (!state.replica.quorate && known_nodes(state) && known_nodes(state).first_child()) return;
  if (coordination.described && coordination.arrived.empty()) return;
  const bool all = !std::exchange(coordination.described, true);
  const xml::Document configuration = xml::Document::create("configuration");
  const bool options = all && add_options(state, configuration.root());
  if (!options) configuration.root().remove_children();
  const bool nodes = add_nodes(state, all, configuration.root());
  coordination.arrived.clear();
  if (options || nodes) merge_configuration(state, configuration);
}

}  // namespace systole::crmd
