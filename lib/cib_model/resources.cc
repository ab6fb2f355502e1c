#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "lib/base/strings.h"
#include "lib/cib_model/reader.h"
#include "lib/model/scalars.h"

namespace systole::cib_model {

namespace {

using model::ResourceConfig;
using model::ResourceKind;

constexpr std::array<std::pair<std::string_view, ResourceKind>, 5> kTags = {{
    {"primitive", ResourceKind::kPrimitive},
    {"group", ResourceKind::kGroup},
    {"clone", ResourceKind::kClone},
    {"master", ResourceKind::kClone},
    {"bundle", ResourceKind::kBundle},
}};

std::optional<ResourceKind> kind_of(xml::Element element) {
  for (const auto& [tag, kind] : kTags) {
    if (element.is(tag)) return kind;
  }
  return std::nullopt;
}

/// Operations of a resource replace those of its template with the same name and role, where the
/// roles of a running, not promoted resource are one.
std::pair<model::Text, bool> override_key(const model::OperationConfig& op) {
  const model::Text* role = model::find_value(op.attributes, "role");
  const bool promoted = role != nullptr && (base::equal_ignoring_case(*role, "Promoted") ||
                                            base::equal_ignoring_case(*role, "Master"));
  const bool stopped = role != nullptr && base::equal_ignoring_case(*role, "Stopped");
  return {promoted ? "promoted" : (stopped ? "stopped" : op.name), promoted || stopped};
}

bool same_override(const model::OperationConfig& a, const model::OperationConfig& b) {
  return a.name == b.name && override_key(a) == override_key(b);
}

class ResourceReader {
 public:
  ResourceReader(Reader& reader, xml::Element section, model::Snapshot& snapshot)
      : reader_(reader), section_(section), snapshot_(snapshot) {}

  std::optional<model::ConfigId> read(xml::Element element, std::optional<model::ConfigId> parent) {
    const auto kind = kind_of(element);
    if (!kind) return std::nullopt;
    xml::Element from;
    if (const auto name = element.attribute("template")) {
      from = section_.first_child("template", *name);
      if (!from || *name == element.id()) return std::nullopt;
    }
    if (is_removed_class(from ? from : element)) return std::nullopt;
    ResourceConfig config;
    config.id = reader_.text(element, "id");
    config.kind = *kind;
    config.parent = parent;
    if (from) add_parts(from, config);
    const std::vector<model::OperationConfig> inherited = std::move(config.operations);
    config.operations.clear();
    add_parts(element, config);
    for (const model::OperationConfig& op : inherited) {
      const bool overridden = std::any_of(config.operations.begin(), config.operations.end(),
                                          [&](const auto& own) { return same_override(own, op); });
      if (!overridden) config.operations.push_back(op);
    }
    if (element.is("master")) mark_promotable(config);
    if (*kind == ResourceKind::kBundle && !read_bundle(element, config)) return std::nullopt;
    const model::ConfigId id(static_cast<std::uint32_t>(snapshot_.resources.size()));
    snapshot_.resources.push_back(std::move(config));
    if (*kind != ResourceKind::kPrimitive) read_children(element, id);
    return id;
  }

 private:
  /// Agents of classes that no supported version runs any more.
  static bool is_removed_class(xml::Element element) {
    const auto standard = element.attribute_or("class", {});
    return standard == "nagios" || standard == "upstart";
  }

  void add_parts(xml::Element element, ResourceConfig& config) {
    config.agent.standard = reader_.text(element, "class");
    if (element.attribute("template")) {
      const model::Text* standard = model::find_value(config.attributes, "class");
      config.agent.standard = standard == nullptr ? model::Text() : *standard;
      config.template_id = reader_.text(element, "template");
    } else {
      config.agent.provider = reader_.text(element, "provider");
      config.agent.type = reader_.text(element, "type");
    }
    for (const model::NameValue& attribute : reader_.attributes(element)) {
      std::erase_if(config.attributes, [&](const auto& a) { return a.name == attribute.name; });
      config.attributes.push_back(attribute);
    }
    append(config.meta, reader_.attribute_sets(element, "meta_attributes"));
    append(config.parameters, reader_.attribute_sets(element, "instance_attributes"));
    append(config.utilization, reader_.attribute_sets(element, "utilization"));
    xml::Element operations = element.first_child("operations");
    if (operations) operations = reader_.references().resolve(operations);
    if (!operations) return;
    for (const xml::Element op : operations.children("op")) {
      config.operations.push_back(reader_.operation(op));
    }
  }

  static void append(model::AttributeSets& to, model::AttributeSets&& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  }

  static void mark_promotable(ResourceConfig& config) {
    model::AttributeSet set;
    set.id = "promotable";
    set.score = base::Score::infinity();
    set.values.push_back({"promotable", "true"});
    config.meta.insert(config.meta.begin(), std::move(set));
  }

  bool read_bundle(xml::Element element, ResourceConfig& config) {
    model::BundleConfig bundle;
    for (const std::string_view technology : {"docker", "podman"}) {
      const xml::Element container = element.first_child(technology);
      if (!container) continue;
      bundle.technology = technology;
      bundle.container = reader_.attributes(container);
    }
    if (bundle.technology.empty()) return false;
    if (const xml::Element network = element.first_child("network")) {
      bundle.has_network = true;
      bundle.network = reader_.attributes(network);
      for (const xml::Element port : network.children("port-mapping")) {
        bundle.ports.push_back({reader_.text(port, "port"), reader_.text(port, "internal-port"),
                                reader_.text(port, "range")});
      }
    }
    if (const xml::Element storage = element.first_child("storage")) {
      for (const xml::Element mapping : storage.children("storage-mapping")) {
        bundle.storage.push_back(
            {reader_.text(mapping, "source-dir"), reader_.text(mapping, "source-dir-root"),
             reader_.text(mapping, "target-dir"), reader_.text(mapping, "options")});
      }
    }
    config.bundle = std::move(bundle);
    return true;
  }

  /// Clones hold primitives or groups, groups and bundles primitives; anything else is passed over.
  static bool may_hold(ResourceKind outer, ResourceKind inner) {
    return inner == ResourceKind::kPrimitive ||
           (inner == ResourceKind::kGroup && outer == ResourceKind::kClone);
  }

  void read_children(xml::Element element, model::ConfigId parent) {
    const ResourceKind outer = snapshot_.resource(parent).kind;
    for (const xml::Element child : element.children()) {
      const auto inner = kind_of(child);
      if (!inner || !may_hold(outer, *inner)) continue;
      if (const auto id = read(child, parent)) {
        snapshot_.resources[parent.value()].children.push_back(*id);
      }
    }
  }

  Reader& reader_;
  xml::Element section_;
  model::Snapshot& snapshot_;
};

}  // namespace

void read_resources(Reader& reader, xml::Element resources, model::Snapshot& snapshot) {
  ResourceReader resource_reader(reader, resources, snapshot);
  for (const xml::Element element : resources.children()) {
    if (element.is("template")) {
      snapshot.templates.push_back(reader.text(element, "id"));
    } else if (const auto id = resource_reader.read(element, std::nullopt)) {
      snapshot.top_level.push_back(*id);
    }
  }
}

}  // namespace systole::cib_model
