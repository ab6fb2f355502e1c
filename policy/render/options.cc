#include "policy/render/options.h"

#include <algorithm>
#include <set>

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

/// The members of a group that is cloned are shown together.
RscId shown_with(const Status& status, RscId rsc) {
  const std::optional<RscId> parent = status.resource(rsc).parent;
  if (!parent || !status.resource(*parent).is_group()) return rsc;
  return status.resource(*parent).parent ? *parent : rsc;
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
  options.named.assign(status.resources.size(), false);
  std::set<model::Text> found;
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const RscId candidate(static_cast<std::uint32_t>(i));
    const Resource& rsc = status.resources[i];
    if (!is_named(id, tag, rsc.id)) {
      if (!is_named(id, tag, rsc.base_id)) continue;
      // Of instances that can be told apart, the configured name means the first.
      if (!found.insert(rsc.base_id).second && rsc.unique) continue;
    }
    show_with_children(status, candidate, options.named);
    const RscId shown = shown_with(status, candidate);
    show_with_children(status, shown, options.resources);
    for (auto parent = status.resource(shown).parent; parent;
         parent = status.resource(*parent).parent) {
      options.resources[parent->value()] = true;
    }
  }
}

}  // namespace systole::policy::render
