#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "lib/base/strings.h"
#include "lib/cib/upgrade/steps.h"
#include "lib/cib/upgrade/tree.h"

namespace systole::cib {
namespace {

constexpr std::array<std::string_view, 4> kSets = {"cluster_property_set", "meta_attributes",
                                                   "instance_attributes", "utilization"};

struct Extent {
  std::size_t elements = 1;
  std::size_t height = 1;
};

Extent extent_of(xml::Element root) {
  Extent extent;
  for (const xml::Element child : root.children()) {
    const Extent below = extent_of(child);
    extent.elements += below.elements;
    extent.height = std::max(extent.height, below.height + 1);
  }
  return extent;
}

std::size_t depth_of(xml::Element element) {
  std::size_t depth = 0;
  for (xml::Element at = element; at; at = at.parent()) ++depth;
  return depth;
}

// Replaces every reference by a copy of what it refers to. Copies may hold references again, and
// references to what is around them have no end: what exceeds the limits is dropped.
class References {
 public:
  explicit References(xml::Element root) : root_(root), ids_(root) {}

  void run() {
    constexpr int kMostRounds = 16;
    for (int round = 0; round < kMostRounds; ++round) {
      std::vector<xml::Element> references;
      collect(root_, references);
      if (references.empty()) return;
      const bool last = round + 1 == kMostRounds;
      for (const xml::Element reference : references) {
        if (last) {
          ids_.remove(reference);
        } else {
          replace(reference);
        }
      }
    }
  }

 private:
  static constexpr std::size_t kMostCopied = 50000;
  static constexpr std::size_t kMostDepth = 100;

  bool exceeds_limits(xml::Element reference, xml::Element source) {
    const Extent extent = extent_of(source);
    copied_ += extent.elements;
    return copied_ > kMostCopied || depth_of(reference) + extent.height > kMostDepth;
  }

  static void collect(xml::Element element, std::vector<xml::Element>& found) {
    // Inside first: what is copied is complete then.
    for (const xml::Element child : element.children()) collect(child, found);
    if (element.attribute("id-ref")) found.push_back(element);
  }

  void replace(xml::Element reference) {
    const xml::Element source = follow(reference);
    if (!source || exceeds_limits(reference, source)) {
      ids_.remove(reference);
      return;
    }
    if (reference.is("operations") && reference.attribute("id")) {
      adopt_operations(reference, source);
      return;
    }
    const auto own_name = reference.attribute("name");
    xml::Element copy = reference.parent().insert_copy(source, reference);
    if (own_name) copy.set_attribute("name", std::string(*own_name));
    ids_.renew(copy);
    ids_.remove(reference);
  }

  // A reference may refer to one; a ring of them refers to nothing.
  xml::Element follow(xml::Element reference) const {
    constexpr int kMost = 32;
    xml::Element at = reference;
    for (int i = 0; i < kMost; ++i) {
      const xml::Element next = ids_.resolve(at);
      if (!next || next == at) return next == reference ? xml::Element() : next;
      at = next;
    }
    return {};
  }

  void adopt_operations(xml::Element operations, xml::Element source) {
    operations.remove_attribute("id-ref");
    for (const xml::Element op : source.children("op")) {
      ids_.renew(operations.insert_copy(op, xml::Element()));
    }
  }

  xml::Element root_;
  Ids ids_;
  std::size_t copied_ = 0;
};

void tidy_sets(xml::Element root) {
  for (const std::string_view kind : kSets) {
    for (const xml::Element set : all_named(root.first_child("configuration"), kind)) {
      std::set<std::string, std::less<>> seen;
      for (xml::Element pair : children_of(set, "nvpair")) {
        const std::string_view name = pair.attribute_or("name", {});
        if (!pair.attribute("value") || !seen.emplace(name).second) pair.remove();
      }
    }
  }
}

void remove_pairs(xml::Element parent, std::string_view set_tag,
                  std::initializer_list<std::string_view> names) {
  for (const xml::Element set : children_of(parent, set_tag)) {
    for (xml::Element pair : children_of(set, "nvpair")) {
      const std::string_view name = pair.attribute_or("name", {});
      if (std::find(names.begin(), names.end(), name) != names.end()) pair.remove();
    }
  }
}

void rewrite_options(xml::Element root) {
  constexpr std::array kRenamed = {
      std::pair<std::string_view, std::string_view>{"crmd-finalization-timeout",
                                                    "join-finalization-timeout"},
      std::pair<std::string_view, std::string_view>{"crmd-integration-timeout",
                                                    "join-integration-timeout"},
      std::pair<std::string_view, std::string_view>{"crmd-transition-delay", "transition-delay"},
  };
  const xml::Element options = section_if_any(root, "crm_config");
  if (!options) return;
  remove_pairs(options, "cluster_property_set", {"remove-after-stop"});
  for (const xml::Element set : children_of(options, "cluster_property_set")) {
    for (xml::Element pair : children_of(set, "nvpair")) {
      for (const auto& [old, current] : kRenamed) {
        if (pair.attribute("name") == old) pair.set_attribute("name", current);
      }
      if (pair.attribute("name") == "stonith-action" && pair.attribute("value") == "poweroff") {
        pair.set_attribute("value", "off");
      }
    }
  }
}

// A ping node could never run anything.
void rewrite_nodes(xml::Element root, Ids& ids) {
  for (xml::Element node : children_of(section_if_any(root, "nodes"), "node")) {
    if (node.attribute("type") != "ping") continue;
    node.set_attribute("type", "member");
    const std::string name(node.attribute_or("uname", {}));
    xml::Element ban = section(root, "constraints").append("rsc_location");
    ban.set_attribute("id", ids.take(base::cat("ping-node-", name)));
    ban.set_attribute("rsc-pattern", ".*");
    ban.set_attribute("node", name);
    ban.set_attribute("score", "-INFINITY");
    ban.set_attribute("resource-discovery", "never");
  }
}

bool is_removed_class(xml::Element resource) {
  const auto standard = resource.attribute("class");
  return standard == "nagios" || standard == "upstart";
}

bool is_gone(xml::Element resource, xml::Element resources) {
  if (resource.is("bundle")) return static_cast<bool>(resource.first_child("rkt"));
  if (is_removed_class(resource)) return true;
  const auto name = resource.attribute("template");
  const xml::Element from = name ? resources.first_child("template", *name) : xml::Element();
  return from && is_removed_class(from);
}

// Removes resources that no supported version runs, and what is left empty or without them.
class Removal {
 public:
  explicit Removal(xml::Element root) : root_(root) {}

  void run() {
    const xml::Element resources = section_if_any(root_, "resources");
    if (!resources) return;
    // Templates go last: resources are judged by them.
    for (const bool templates : {false, true}) {
      for (const xml::Element resource : children_of(resources)) {
        if (resource.is("template") == templates) visit(resource, resources);
      }
    }
    if (gone_.empty()) return;
    for (const xml::Element constraint : children_of(section_if_any(root_, "constraints"))) {
      clean(constraint);
    }
    for (xml::Element tag : children_of(section_if_any(root_, "tags"), "tag")) {
      remove_references(tag, "obj_ref");
      if (!tag.first_child()) tag.remove();
    }
  }

 private:
  void visit(xml::Element resource, xml::Element resources) {
    bool keeps = !is_gone(resource, resources);
    if (keeps && (resource.is("group") || resource.is("clone") || resource.is("master"))) {
      for (const xml::Element child : children_of(resource)) {
        if (child.is("primitive") || child.is("group")) visit(child, resources);
      }
      keeps = resource.first_child("primitive") || resource.first_child("group");
    }
    if (keeps) return;
    note(resource);
    resource.remove();
  }

  void note(xml::Element resource) {
    gone_.emplace(resource.id());
    for (const xml::Element child : resource.children()) {
      if (child.is("primitive") || child.is("group")) note(child);
    }
  }

  void remove_references(xml::Element parent, std::string_view tag) {
    for (xml::Element reference : children_of(parent, tag)) {
      if (gone_.contains(reference.id())) reference.remove();
    }
  }

  void clean(xml::Element constraint) {
    for (const std::string_view name : {"rsc", "with-rsc", "first", "then"}) {
      const auto value = constraint.attribute(name);
      if (value && gone_.contains(*value)) {
        constraint.remove();
        return;
      }
    }
    const bool had_sets = static_cast<bool>(constraint.first_child("resource_set"));
    for (xml::Element set : children_of(constraint, "resource_set")) {
      remove_references(set, "resource_ref");
      if (!set.first_child("resource_ref")) set.remove();
    }
    if (had_sets && !constraint.first_child("resource_set")) constraint.remove();
  }

  xml::Element root_;
  std::set<std::string, std::less<>> gone_;
};

void rewrite_resources(xml::Element root, Ids& ids) {
  const xml::Element resources = section_if_any(root, "resources");
  for (const xml::Element old : all_named(resources, "master")) {
    const xml::Element clone = rename(old, "clone");
    xml::Element set = insert(clone, "meta_attributes", clone.first_child());
    set.set_attribute("id", ids.take(base::cat(clone.id(), "-promotable")));
    set.set_attribute("score", "INFINITY");
    xml::Element pair = set.append("nvpair");
    pair.set_attribute("id", ids.take(base::cat(clone.id(), "-promotable-value")));
    pair.set_attribute("name", "promotable");
    pair.set_attribute("value", "true");
  }
  for (const xml::Element bundle : all_named(resources, "bundle")) {
    for (const std::string_view technology : {"docker", "podman"}) {
      if (const xml::Element container = bundle.first_child(technology)) {
        rename_attribute(container, "masters", "promoted-max");
      }
    }
  }
  for (const std::string_view kind : {"primitive", "template", "group", "clone", "bundle"}) {
    for (const xml::Element resource : all_named(resources, kind)) {
      remove_pairs(resource, "meta_attributes", {"restart-type"});
    }
  }
  for (const xml::Element op : all_named(resources, "op")) {
    remove_pairs(op, "meta_attributes", {"can_fail", "role_after_failure"});
  }
}

// Constraints that hold for a time only, and those with several rules.
class Locations {
 public:
  Locations(xml::Element root, Ids& ids) : root_(root), ids_(ids) {}

  void run() {
    const xml::Element constraints = section_if_any(root_, "constraints");
    for (const xml::Element constraint : children_of(constraints)) {
      if (constraint.is("rsc_location")) {
        apply_lifetime(constraint);
        split(constraint);
      } else {
        for (xml::Element lifetime : children_of(constraint, "lifetime")) lifetime.remove();
      }
    }
  }

 private:
  xml::Element make_rule(xml::Element parent, std::string_view id, std::string_view combine) {
    xml::Element rule = parent.append("rule");
    rule.set_attribute("id", ids_.take(std::string(id)));
    rule.set_attribute("boolean-op", combine);
    return rule;
  }

  // The constraint's rules, or one that matches its node, hold only while one of the lifetime's
  // does.
  void apply_lifetime(xml::Element constraint) {
    xml::Element lifetime = constraint.first_child("lifetime");
    if (!lifetime) return;
    if (!constraint.first_child("rule")) add_node_rule(constraint);
    for (xml::Element rule : children_of(constraint, "rule")) {
      const std::string id(rule.id());
      xml::Element both = make_rule(constraint, base::cat(id, "-lifetime"), "and");
      for (const std::string_view name : {"score", "score-attribute", "role"}) {
        if (const auto value = rule.attribute(name)) {
          both.set_attribute(name, std::string(*value));
          rule.remove_attribute(name);
        }
      }
      both.move_here(rule, xml::Element());
      const xml::Element any = make_rule(both, base::cat(id, "-lifetime-any"), "or");
      for (const xml::Element part : lifetime.children("rule")) {
        xml::Element copy = xml::Element(any).append_copy(part);
        copy.remove_attribute("score");
        copy.remove_attribute("score-attribute");
        ids_.renew(copy);
      }
    }
    lifetime.remove();
  }

  void add_node_rule(xml::Element constraint) {
    const std::string id = base::cat(constraint.id(), "-node");
    xml::Element rule = make_rule(constraint, id, "and");
    rename_into(constraint, "score", rule);
    xml::Element expression = rule.append("expression");
    expression.set_attribute("id", ids_.take(base::cat(id, "-expr")));
    expression.set_attribute("attribute", "#uname");
    expression.set_attribute("operation", "eq");
    expression.set_attribute("value", std::string(constraint.attribute_or("node", {})));
    constraint.remove_attribute("node");
  }

  static void rename_into(xml::Element from, std::string_view name, xml::Element to) {
    if (const auto value = from.attribute(name)) to.set_attribute(name, std::string(*value));
    from.remove_attribute(name);
  }

  void split(xml::Element constraint) {
    const std::vector<xml::Element> rules = children_of(constraint, "rule");
    xml::Element last = constraint;
    for (std::size_t i = 1; i < rules.size(); ++i) {
      last = constraint.parent().insert_copy(constraint, last.next_node());
      for (xml::Element copied : children_of(last, "rule")) copied.remove();
      ids_.renew(last);
      last.move_here(rules[i], xml::Element());
    }
  }

  xml::Element root_;
  Ids& ids_;
};

void remove_levels(xml::Element root) {
  constexpr int kHighest = 9;
  for (xml::Element level : children_of(section_if_any(root, "fencing-topology"))) {
    const auto index = base::parse_integer<int>(level.attribute_or("index", {}));
    if (level.is("fencing-level") && index && *index > kHighest) level.remove();
  }
}

}  // namespace

void rewrite_for_4(xml::Element root) {
  References(root).run();
  Ids ids(root);
  tidy_sets(root);
  rewrite_options(root);
  rewrite_nodes(root, ids);
  Removal(root).run();
  rewrite_resources(root, ids);
  Locations(root, ids).run();
  remove_levels(root);
  for (const std::string_view spec : {"date_spec", "duration"}) {
    for (xml::Element element : all_named(root.first_child("configuration"), spec)) {
      element.remove_attribute("moon");
    }
  }
}

}  // namespace systole::cib
