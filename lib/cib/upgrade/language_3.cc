#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/steps.h"
#include "lib/cib/upgrade/tree.h"

namespace systole::cib {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

constexpr std::array kOptions = {
    Names{"cluster_recheck_interval", "cluster-recheck-interval"},
    Names{"dc_deadtime", "dc-deadtime"},
    Names{"election_timeout", "election-timeout"},
    Names{"no_quorum_policy", "no-quorum-policy"},
    Names{"remove_after_stop", "remove-after-stop"},
    Names{"startup_fencing", "startup-fencing"},
    Names{"stonith_action", "stonith-action"},
    Names{"stonith_enabled", "stonith-enabled"},
    Names{"stop_orphan_actions", "stop-orphan-actions"},
    Names{"stop_orphan_resources", "stop-orphan-resources"},
    Names{"symmetric_cluster", "symmetric-cluster"},
    Names{"transition_idle_timeout", "cluster-delay"},
};

constexpr std::array kResourceDefaults = {
    Names{"default-resource-stickiness", "resource-stickiness"},
    Names{"default_resource_stickiness", "resource-stickiness"},
    Names{"is-managed-default", "is-managed"},
    Names{"is_managed_default", "is-managed"},
    Names{"default-resource-failure-stickiness", "migration-threshold"},
    Names{"default_resource_failure_stickiness", "migration-threshold"},
};

constexpr std::array kOperationDefaults = {
    Names{"default-action-timeout", "timeout"},
    Names{"default_action_timeout", "timeout"},
};

constexpr std::array<std::string_view, 4> kGoneOptions = {
    "expected-quorum-votes", "notification-agent", "notification-recipient",
    "default-migration-threshold"};

constexpr std::array<std::string_view, 4> kGoneStacks = {"heartbeat", "cman", "classic openais",
                                                         "classic openais (with plugin)"};

constexpr std::array kDeviceParameters = {
    Names{"pcmk_list_cmd", "pcmk_list_action"},
    Names{"pcmk_monitor_cmd", "pcmk_monitor_action"},
    Names{"pcmk_off_cmd", "pcmk_off_action"},
    Names{"pcmk_on_cmd", "pcmk_on_action"},
    Names{"pcmk_reboot_cmd", "pcmk_reboot_action"},
    Names{"pcmk_status_cmd", "pcmk_status_action"},
};

constexpr std::array<std::string_view, 4> kIsolation = {"isolation", "isolation-host",
                                                        "isolation-instance", "isolation-wrapper"};

// Options of an operation that old configurations may give among its parameters.
constexpr std::array<std::string_view, 7> kOperationOptions = {
    "enabled", "interval-origin", "on-fail", "record-pending", "role", "start-delay", "timeout"};

template <typename Table>
std::optional<std::string_view> new_name(const Table& table, std::string_view name) {
  for (const auto& [old, current] : table) {
    if (old == name) return current;
  }
  return std::nullopt;
}

template <typename Table>
bool is_in(const Table& table, std::string_view name) {
  return std::find(table.begin(), table.end(), name) != table.end();
}

bool has_pair(xml::Element set, std::string_view name) {
  for (const xml::Element pair : set.children("nvpair")) {
    if (pair.attribute("name") == name) return true;
  }
  return false;
}

class Rewriting {
 public:
  explicit Rewriting(xml::Element root) : root_(root), ids_(root) {}

  void run() {
    rewrite_options();
    rewrite_nodes();
    for (const xml::Element op : all_named(section_if_any(root_, "resources"), "op")) {
      give_own_parameters(op);
    }
    for (const std::string_view kind : {"primitive", "template"}) {
      for (const xml::Element resource : all_named(section_if_any(root_, "resources"), kind)) {
        rewrite_resource(resource);
      }
    }
    for (xml::Element colocation :
         children_of(section_if_any(root_, "constraints"), "rsc_colocation")) {
      colocation.remove_attribute("score-attribute");
      colocation.remove_attribute("score-attribute-mangle");
    }
    remove_dangling_references(root_);
  }

 private:
  // A name that a reference to a pair gives is its own; without one the pair is meant as it is.
  std::optional<std::string> name_of(xml::Element pair) const {
    if (const auto name = pair.attribute("name")) return std::string(*name);
    const xml::Element target = ids_.resolve(pair);
    if (!target || target == pair) return std::nullopt;
    return std::string(target.attribute_or("name", {}));
  }

  void rewrite_options() {
    for (const xml::Element set :
         children_of(section_if_any(root_, "crm_config"), "cluster_property_set")) {
      bool takes_away = false;
      for (xml::Element pair : children_of(set, "nvpair")) {
        const std::string name(pair.attribute_or("name", {}));
        if (const auto current = new_name(kOptions, name)) {
          pair.set_attribute("name", *current);
        } else if (!rewrite_default(pair, name) && !is_gone(pair, name)) {
          continue;
        } else {
          takes_away = true;
        }
      }
      if (takes_away) remove_if_emptied(set);
    }
  }

  bool is_gone(xml::Element pair, std::string_view name) {
    const bool gone =
        is_in(kGoneOptions, name) ||
        (name == "cluster-infrastructure" && is_in(kGoneStacks, pair.attribute_or("value", {})));
    if (gone) ids_.remove(pair);
    return gone;
  }

  // Moves an option that was a default for resources or operations to where defaults are.
  bool rewrite_default(xml::Element pair, std::string_view name) {
    if (const auto current = new_name(kResourceDefaults, name)) {
      // How much one failure weighed cannot be said any more, but that one was enough.
      if (current == "migration-threshold") {
        if (pair.attribute("value") != "-INFINITY") {
          ids_.remove(pair);
          return true;
        }
        pair.set_attribute("value", "1");
      }
      move_default(pair, "rsc_defaults", *current);
      return true;
    }
    if (const auto current = new_name(kOperationDefaults, name)) {
      move_default(pair, "op_defaults", *current);
      return true;
    }
    return false;
  }

  void move_default(xml::Element pair, std::string_view section_name, std::string_view name) {
    const xml::Element old_set = pair.parent();
    const xml::Element defaults = section(root_, section_name);
    for (const xml::Element existing : defaults.children("meta_attributes")) {
      if (has_pair(existing, name) && !is_ours(existing)) {
        ids_.remove(pair);
        return;
      }
    }
    pair.set_attribute("name", name);
    defaults_set(old_set, defaults, section_name).move_here(pair, xml::Element());
  }

  static bool is_ours(xml::Element set) { return set.id().starts_with("_2TO3_"); }

  // The set for defaults that come from `old_set`: one with its rule and score where it has any.
  // What is there already stays behind ours, and so keeps precedence.
  xml::Element defaults_set(xml::Element old_set, xml::Element defaults,
                            std::string_view section_name) {
    const std::string_view short_name =
        section_name == "op_defaults" ? "op-defaults" : "rsc-defaults";
    const bool plain = !old_set.first_child("rule") && !old_set.attribute("score");
    const std::string id =
        base::cat("_2TO3_", plain ? "" : std::string(old_set.id()), "-", short_name);
    if (const xml::Element found = defaults.first_child("meta_attributes", id)) return found;
    xml::Element made = insert(defaults, "meta_attributes", defaults.first_child());
    made.set_attribute("id", ids_.take(id));
    copy_conditions(old_set, made);
    return made;
  }

  void copy_conditions(xml::Element from, xml::Element to) {
    if (const auto score = from.attribute("score")) to.set_attribute("score", std::string(*score));
    if (const xml::Element rule = from.first_child("rule")) {
      ids_.renew(to.insert_copy(rule, to.first_child()));
    }
  }

  void remove_if_emptied(xml::Element set) {
    if (!set.first_child("nvpair")) ids_.remove(set);
  }

  void rewrite_nodes() {
    for (xml::Element node : children_of(section_if_any(root_, "nodes"), "node")) {
      if (node.attribute("type") == "normal") node.set_attribute("type", "member");
    }
  }

  void rewrite_resource(xml::Element resource) {
    for (const xml::Element set : children_of(resource, "meta_attributes")) {
      rewrite_isolation(set);
    }
    for (const xml::Element set : children_of(resource, "instance_attributes")) {
      rewrite_device_parameters(set);
    }
    for (const xml::Element operations : children_of(resource, "operations")) {
      for (const xml::Element op : children_of(operations, "op")) {
        move_requirement(resource, op);
        move_options(op);
      }
    }
  }

  // A resource that was to run in a container of the cluster's own making must not run outside one.
  void rewrite_isolation(xml::Element set) {
    xml::Element stop;
    for (xml::Element pair : children_of(set, "nvpair")) {
      if (!is_in(kIsolation, pair.attribute_or("name", {}))) continue;
      if (stop) {
        ids_.remove(pair);
        continue;
      }
      stop = pair;
      pair.set_attribute("name", "target-role");
      pair.set_attribute("value", "Stopped");
    }
    if (!stop) return;
    for (xml::Element pair : children_of(set, "nvpair")) {
      if (pair != stop && pair.attribute("name") == "target-role") ids_.remove(pair);
    }
  }

  void rewrite_device_parameters(xml::Element set) {
    constexpr std::string_view kHostMapping = "port:";
    bool takes_away = false;
    for (xml::Element pair : children_of(set, "nvpair")) {
      const std::string name(pair.attribute_or("name", {}));
      if (const auto current = new_name(kDeviceParameters, name)) {
        pair.set_attribute("name", *current);
      } else if (name == "pcmk_arg_map") {
        const std::string value(pair.attribute_or("value", {}));
        if (value.starts_with(kHostMapping) && value.find(',') == std::string::npos) {
          pair.set_attribute("name", "pcmk_host_argument");
          pair.set_attribute("value", value.substr(kHostMapping.size()));
        } else {
          ids_.remove(pair);
          takes_away = true;
        }
      }
    }
    if (takes_away) remove_if_emptied(set);
  }

  // What an operation required is now said by the resource, for its start and promotion alike.
  void move_requirement(xml::Element resource, xml::Element op) {
    std::optional<std::string> wanted;
    if (const auto value = op.attribute("requires")) wanted = std::string(*value);
    op.remove_attribute("requires");
    for (const std::string_view tag : {"meta_attributes", "instance_attributes"}) {
      for (const xml::Element set : children_of(op, tag)) {
        bool takes_away = false;
        for (xml::Element pair : children_of(set, "nvpair")) {
          if (pair.attribute("name") != "requires") continue;
          if (!wanted) wanted = std::string(pair.attribute_or("value", {}));
          ids_.remove(pair);
          takes_away = true;
        }
        if (takes_away) remove_if_emptied(set);
      }
    }
    const std::string_view action = op.attribute_or("name", {});
    if (wanted && (action == "start" || action == "promote")) require(resource, op, *wanted);
  }

  void require(xml::Element resource, xml::Element op, const std::string& value) {
    const std::string id = base::cat("_2TO3_", resource.id(), "-meta");
    xml::Element ours;
    for (const xml::Element set : resource.children("meta_attributes")) {
      if (set.id() == id) {
        ours = set;
      } else if (has_pair(set, "requires")) {
        return;
      }
    }
    if (!ours) {
      ours = resource.append("meta_attributes");
      ours.set_attribute("id", ids_.take(id));
    }
    // A start counts more than a promotion, which comes after one.
    if (xml::Element pair = ours.first_child("nvpair")) {
      if (op.attribute("name") == "start") pair.set_attribute("value", value);
      return;
    }
    xml::Element pair = ours.append("nvpair");
    pair.set_attribute("id", ids_.take(base::cat("_2TO3_", op.id(), "-meta-requires")));
    pair.set_attribute("name", "requires");
    pair.set_attribute("value", value);
  }

  void move_options(xml::Element op) {
    for (const xml::Element set : children_of(op, "instance_attributes")) {
      bool takes_away = false;
      for (const xml::Element pair : children_of(set, "nvpair")) {
        const auto name = name_of(pair);
        if (!name || !is_in(kOperationOptions, *name)) continue;
        xml::Element options = option_set(op, set);
        if (has_pair(options, *name)) {
          ids_.remove(pair);
        } else {
          options.move_here(pair, xml::Element());
        }
        takes_away = true;
      }
      if (takes_away) remove_if_emptied(set);
    }
  }

  // A set that several operations share is taken apart for each of them: each gets its own.
  void give_own_parameters(xml::Element op) {
    for (const xml::Element set : children_of(op, "instance_attributes")) {
      const xml::Element source = ids_.resolve(set);
      if (!source || source == set) continue;
      const auto pairs = children_of(source, "nvpair");
      if (std::none_of(pairs.begin(), pairs.end(), [&](xml::Element pair) {
            const auto name = name_of(pair);
            return name && (is_in(kOperationOptions, *name) || *name == "requires");
          })) {
        continue;
      }
      ids_.renew(op.insert_copy(source, set));
      ids_.remove(set);
    }
  }

  // The set of an operation's options for those that were in `source`.
  xml::Element option_set(xml::Element op, xml::Element source) {
    const bool plain = !source.first_child("rule") && !source.attribute("score");
    if (plain) {
      for (const xml::Element set : op.children("meta_attributes")) {
        if (!set.attribute("id-ref") && !set.first_child("rule")) return set;
      }
    }
    const std::string id =
        base::cat("_2TO3_", op.id(), plain ? "" : base::cat("-", source.id()), "-meta");
    if (const xml::Element found = op.first_child("meta_attributes", id)) return found;
    xml::Element made = insert(op, "meta_attributes", op.first_child());
    made.set_attribute("id", ids_.take(id));
    copy_conditions(source, made);
    return made;
  }

  xml::Element root_;
  Ids ids_;
};

}  // namespace

void rewrite_for_3(xml::Element root) {
  Rewriting(root).run();
}

}  // namespace systole::cib
