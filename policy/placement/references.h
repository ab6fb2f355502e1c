#pragma once

#include <optional>
#include <vector>

#include "policy/status/status.h"

namespace systole::policy {

/// What a name in a constraint stands for.
struct Reference {
  std::vector<RscId> resources;
  bool is_set = false;  ///< a template or tag, which stands for all of its resources
};

/// Resolves a resource id, template or tag; nothing where it names none.
std::optional<Reference> resolve_reference(const Status& status, model::Text id);

/// The members of a resource set; `complete` is false where a name is unknown and the rest is left
/// out.
struct ResolvedSet {
  const model::ResourceSet* config = nullptr;
  std::vector<RscId> resources;
  bool complete = true;
};
ResolvedSet resolve_set(const Status& status, const model::ResourceSet& set);

/// The set that a plain reference, tag or template stands for.
model::ResourceSet set_of(model::Text id, model::Text role, bool sequential);

}  // namespace systole::policy
