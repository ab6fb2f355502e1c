#include "fencing/shell/permission.h"

#include "lib/cib/access.h"
#include "lib/ipc/credentials.h"

namespace systole::fencing {
namespace {

xml::Element state_of(xml::Element status, std::string_view node) {
  for (const xml::Element state : status.children("node_state")) {
    if (state.attribute_or("uname", state.id()) == node) return state;
  }
  return status;
}

}  // namespace

bool may_fence(xml::Element cib, const std::string& user, std::string_view target) {
  if (cib::is_exempt(user)) return true;
  if (!cib) return false;
  if (!cib::access_control_enabled(cib)) return true;
  const xml::Element status = cib.first_child("status");
  if (!status) return false;
  const cib::Subject subject{.user = user, .groups = ipc::groups_listing(user)};
  return cib::Permissions::of(subject, cib).may_write(state_of(status, target));
}

}  // namespace systole::fencing
