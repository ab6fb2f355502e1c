#include "policy/render/options.h"

#include <algorithm>

namespace systole::policy::render {
namespace {

const model::Tag* find_tag(const Status& status, std::string_view id) {
  const auto& tags = status.snapshot->tags;
  const auto tag = std::find_if(tags.begin(), tags.end(),
                                [id](const model::Tag& candidate) { return candidate.id == id; });
  return tag == tags.end() ? nullptr : &*tag;
}

bool is_named(std::string_view wanted, const model::Tag* tag, std::string_view name) {
  if (wanted == name) return true;
  return tag != nullptr &&
         std::find(tag->references.begin(), tag->references.end(), name) != tag->references.end();
}

void show_with_children(const Status& status, RscId rsc, std::vector<bool>& shown) {
  shown[rsc.value()] = true;
  for (const RscId child : status.resource(rsc).children) show_with_children(status, child, shown);
}

}  // namespace

void show_only_node(const Status& status, std::string_view name, ListOptions& options) {
  const model::Tag* tag = find_tag(status, name);
  options.nodes.assign(status.nodes.size(), false);
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    options.nodes[i] = is_named(name, tag, status.nodes[i].name);
  }
}

void show_only_resource(const Status& status, std::string_view id, ListOptions& options) {
  const model::Tag* tag = find_tag(status, id);
  options.resources.assign(status.resources.size(), false);
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const Resource& rsc = status.resources[i];
    if (!is_named(id, tag, rsc.id) && !is_named(id, tag, rsc.base_id)) continue;
    const RscId found(static_cast<std::uint32_t>(i));
    show_with_children(status, found, options.resources);
    for (std::optional<RscId> parent = rsc.parent; parent;
         parent = status.resource(*parent).parent) {
      options.resources[parent->value()] = true;
    }
  }
}

}  // namespace systole::policy::render
