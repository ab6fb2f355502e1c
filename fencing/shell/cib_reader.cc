#include "fencing/shell/cib_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "fencing/shell/node_rule.h"
#include "lib/base/pattern.h"
#include "lib/base/score.h"
#include "lib/base/strings.h"
#include "lib/xml/xpath.h"

namespace systole::fencing {
namespace {

using base::Score;
using xml::Element;
using Values = std::map<std::string, std::string>;

class Reader {
 public:
  Reader(Element cib, const std::string& local)
      : configuration_(cib.first_child("configuration")), local_(local) {}

  Configuration read();

 private:
  void read_nodes();
  void read_devices(Element parent, const std::vector<std::string>& ids, bool stopped);
  void read_device(Element primitive, const std::vector<std::string>& ids);
  void read_levels();

  Element section(std::string_view name) const {
    return configuration_ ? configuration_.first_child(name) : Element();
  }
  Element resolve(Element element, std::string_view name) const;
  Element template_of(Element primitive) const;
  void merge(Element owner, std::string_view sets, Values& values) const;
  bool is_stopped(Element resource) const;
  bool allowed_here(const std::vector<std::string>& ids) const;
  bool concerns(Element constraint, const std::vector<std::string>& ids) const;
  std::optional<Score> score_here(Element constraint) const;
  bool is_symmetric() const;

  Element configuration_;
  const std::string& local_;
  Values here_;  ///< attributes of the local node, for rules
  Configuration result_;
};

/// The element itself, or the one that its id-ref names.
Element Reader::resolve(Element element, std::string_view name) const {
  const auto reference = element.attribute("id-ref");
  if (!reference) return element;
  return xml::find(configuration_, name, *reference);
}

Element Reader::template_of(Element primitive) const {
  const auto id = primitive.attribute("template");
  const Element resources = section("resources");
  return id && resources ? resources.first_child("template", *id) : Element();
}

/// Adds the name-value pairs of the owner's sets, best score first; what is there stays.
void Reader::merge(Element owner, std::string_view sets, Values& values) const {
  std::vector<std::pair<Score, Element>> found;
  for (const Element child : owner.children(sets)) {
    const Element set = resolve(child, sets);
    if (!set) continue;
    const Element rule = set.first_child("rule");
    if (rule && rule_holds(rule, here_) == false) continue;
    const auto score = base::parse_score(set.attribute_or("score", "0"));
    found.emplace_back(score ? *score : Score(), set);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [score, set] : found) {
    for (const Element child : set.children("nvpair")) {
      const Element pair = resolve(child, "nvpair");
      if (!pair) continue;
      const std::string_view name = child.attribute_or("name", pair.attribute_or("name", ""));
      values.emplace(name, pair.attribute_or("value", ""));
    }
  }
}

bool Reader::is_stopped(Element resource) const {
  Values meta;
  merge(resource, "meta_attributes", meta);
  if (const Element base = template_of(resource)) merge(base, "meta_attributes", meta);
  const auto role = meta.find("target-role");
  return role != meta.end() && base::equal_ignoring_case(role->second, "Stopped");
}

bool Reader::concerns(Element constraint, const std::vector<std::string>& ids) const {
  const auto is_one = [&ids](std::string_view id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  if (const auto id = constraint.attribute("rsc")) return is_one(*id);
  if (const auto pattern = constraint.attribute("rsc-pattern")) {
    const auto compiled = base::Pattern::compile(*pattern);
    return compiled && std::any_of(ids.begin(), ids.end(),
                                   [&](const std::string& id) { return compiled->matches(id); });
  }
  for (const Element set : constraint.children("resource_set")) {
    for (const Element reference : set.children("resource_ref")) {
      if (is_one(reference.id())) return true;
    }
  }
  return false;
}

/// The score that a constraint gives this node; nothing when it says nothing about it.
std::optional<Score> Reader::score_here(Element constraint) const {
  if (const auto node = constraint.attribute("node")) {
    if (!base::equal_ignoring_case(*node, local_)) return std::nullopt;
    const auto score = base::parse_score(constraint.attribute_or("score", "0"));
    return score ? *score : Score();
  }
  std::optional<Score> sum;
  for (const Element child : constraint.children("rule")) {
    const Element rule = resolve(child, "rule");
    if (!rule || rule_holds(rule, here_) != true) continue;
    const auto score = base::parse_score(rule.attribute_or("score", "0"));
    sum = sum.value_or(Score()) + (score ? *score : Score());
  }
  return sum;
}

bool Reader::is_symmetric() const {
  const Element options = section("crm_config");
  if (!options) return true;
  for (const Element set : options.children("cluster_property_set")) {
    for (const Element pair : set.children("nvpair")) {
      if (pair.attribute_or("name", "") == "symmetric-cluster") {
        return base::parse_bool(pair.attribute_or("value", "")).value_or(true);
      }
    }
  }
  return true;
}

bool Reader::allowed_here(const std::vector<std::string>& ids) const {
  std::optional<Score> sum;
  if (const Element constraints = section("constraints")) {
    for (const Element constraint : constraints.children("rsc_location")) {
      if (!concerns(constraint, ids)) continue;
      if (const auto score = score_here(constraint)) sum = sum.value_or(Score()) + *score;
    }
  }
  if (!sum) return is_symmetric();
  return *sum >= Score();
}

void Reader::read_nodes() {
  const Element nodes = section("nodes");
  if (!nodes) return;
  for (const Element node : nodes.children("node")) {
    const std::string name(node.attribute_or("uname", ""));
    if (name.empty()) continue;
    merge(node, "instance_attributes", result_.node_attributes[name]);
    if (const auto id = base::parse_integer<std::uint32_t>(node.id())) result_.node_ids[name] = *id;
    if (!base::equal_ignoring_case(name, local_)) continue;
    here_ = result_.node_attributes[name];
    here_["#id"] = node.id();
  }
  here_["#uname"] = local_;
  here_["#kind"] = "cluster";
}

void Reader::read_device(Element primitive, const std::vector<std::string>& ids) {
  const Element base = template_of(primitive);
  const auto own = [&](std::string_view name) {
    return primitive.attribute_or(name, base ? base.attribute_or(name, "") : std::string_view());
  };
  if (own("class") != "stonith" || !allowed_here(ids)) return;
  Device device;
  device.id = primitive.id();
  device.agent = own("type");
  merge(primitive, "instance_attributes", device.parameters);
  if (base) merge(base, "instance_attributes", device.parameters);
  Values meta;
  merge(primitive, "meta_attributes", meta);
  if (base) merge(base, "meta_attributes", meta);
  if (const auto provides = meta.find("provides"); provides != meta.end()) {
    device.parameters.emplace("provides", provides->second);
  }
  if (!device.agent.starts_with("fence_")) device.agent_namespace = "heartbeat";
  result_.devices.push_back(std::move(device));
}

/// `ids` are the resource's own and those of what it is part of, any of which may be constrained.
void Reader::read_devices(Element parent, const std::vector<std::string>& ids, bool stopped) {
  for (const Element child : parent.children()) {
    std::vector<std::string> own = ids;
    own.emplace_back(child.id());
    if (child.is("primitive")) {
      if (!stopped && !is_stopped(child)) read_device(child, own);
    } else if (child.is("group") || child.is("clone") || child.is("master")) {
      read_devices(child, own, stopped || is_stopped(child));
    }
  }
}

void Reader::read_levels() {
  const Element topology = section("fencing-topology");
  if (!topology) return;
  for (const Element row : topology.children("fencing-level")) {
    Level level;
    if (const auto name = row.attribute("target")) {
      level.target = {.kind = LevelTarget::Kind::kName, .name = std::string(*name), .value = {}};
    } else if (const auto pattern = row.attribute("target-pattern")) {
      level.target = {
          .kind = LevelTarget::Kind::kPattern, .name = std::string(*pattern), .value = {}};
    } else {
      level.target = {.kind = LevelTarget::Kind::kAttribute,
                      .name = std::string(row.attribute_or("target-attribute", "")),
                      .value = std::string(row.attribute_or("target-value", ""))};
    }
    level.index = base::parse_integer<int>(row.attribute_or("index", "")).value_or(0);
    for (const std::string_view id : base::split(row.attribute_or("devices", ""), ", ")) {
      level.devices.emplace_back(id);
    }
    result_.levels.push_back(std::move(level));
  }
}

Configuration Reader::read() {
  if (!configuration_) return {};
  read_nodes();
  if (const Element resources = section("resources")) read_devices(resources, {}, false);
  read_levels();
  return std::move(result_);
}

}  // namespace

Configuration read_configuration(Element cib, const std::string& local) {
  return Reader(cib, local).read();
}

}  // namespace systole::fencing
