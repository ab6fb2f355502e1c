#include "policy/placement/references.h"

#include <algorithm>

#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

/// A configured resource, or the clone around it where it only exists as instances.
std::optional<RscId> find_configured(const Status& status, Text id) {
  const auto exact = status.by_id.find(id);
  if (exact != status.by_id.end()) return exact->second;
  const auto known = find_resource(status, id);
  if (!known) return std::nullopt;
  return clone_of(status, *known).value_or(*known);
}

std::optional<RscId> clone_around(const Status& status, const model::ResourceConfig& config) {
  for (auto parent = config.parent; parent;) {
    const model::ResourceConfig& around = status.snapshot->resource(*parent);
    if (around.kind == model::ResourceKind::kClone) {
      const auto found = status.by_id.find(around.id);
      if (found != status.by_id.end()) return found->second;
    }
    parent = around.parent;
  }
  return std::nullopt;
}

std::vector<RscId> derived_from(const Status& status, Text template_id) {
  std::vector<RscId> out;
  for (const model::ResourceConfig& config : status.snapshot->resources) {
    if (config.template_id != template_id) continue;
    auto id = clone_around(status, config);
    if (!id) id = find_configured(status, config.id);
    if (id) out.push_back(*id);
  }
  return out;
}

}  // namespace

std::optional<Reference> resolve_reference(const Status& status, Text id) {
  if (const auto rsc = find_configured(status, id)) return Reference{{*rsc}, false};
  const auto& templates = status.snapshot->templates;
  if (std::find(templates.begin(), templates.end(), id) != templates.end()) {
    return Reference{derived_from(status, id), true};
  }
  for (const model::Tag& tag : status.snapshot->tags) {
    if (tag.id != id) continue;
    Reference out{{}, true};
    for (const Text name : tag.references) {
      if (const auto rsc = find_configured(status, name)) out.resources.push_back(*rsc);
    }
    return out;
  }
  return std::nullopt;
}

ResolvedSet resolve_set(const Status& status, const model::ResourceSet& set) {
  ResolvedSet out;
  out.config = &set;
  for (const Text id : set.resources) {
    const auto reference = resolve_reference(status, id);
    if (!reference) {
      out.complete = false;
      return out;
    }
    out.resources.insert(out.resources.end(), reference->resources.begin(),
                         reference->resources.end());
  }
  return out;
}

model::ResourceSet set_of(Text id, Text role, bool sequential) {
  model::ResourceSet out;
  out.id = id;
  out.role = role;
  out.sequential = sequential ? "true" : "false";
  out.resources.push_back(id);
  return out;
}

}  // namespace systole::policy
