#pragma once

#include <string>
#include <string_view>

#include "crmd/core/state.h"
#include "lib/cib/request.h"
#include "lib/xml/document.h"

namespace systole::crmd {

/// What a change of the replica means for the plan in use.
enum class Cause : std::uint8_t {
  kOutside,    ///< the plan may be wrong now
  kAttribute,  ///< the same, but such changes may come without end
  kExpected,   ///< the plan foresaw it
};

/// Applies a request to the replica: notifies, stores a changed configuration, and says that a plan
/// is needed. All changes of the replica go through here, in the order of delivery.
cib::Outcome apply_change(ControllerState& state, const cib::Request& request, Cause cause);

/// Whether what is kept on disk changed: the configuration, or its version by hand.
bool changed_stored(const cib::Outcome& outcome);

/// A change of the group's own, merged into the status section.
void modify_status(ControllerState& state, const xml::Document& status, Cause cause);

/// Removes what the path names ("/cib/status/..."); nothing there is no error.
void delete_path(ControllerState& state, const std::string& path, Cause cause);

/// The same with all attributes of the root, which belong to no section.
void set_root_attribute(ControllerState& state, std::string_view name, std::string_view value);

/// Who asked and when, for the stamps of the CIB.
cib::Origin origin_of(const std::string& node, const CibRequest& request, const Now& now);

/// The value of a property of the cluster (first set that has it), else `fallback`.
std::string cluster_property(const ControllerState& state, std::string_view name,
                             std::string_view fallback);

/// The `node_state` of that id; null when there is none.
xml::Element node_state(const ControllerState& state, std::string_view id);

}  // namespace systole::crmd
