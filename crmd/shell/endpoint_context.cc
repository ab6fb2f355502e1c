#include "crmd/shell/endpoint_context.h"

#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/document.h"
#include "lib/ipc/credentials.h"

namespace systole::crmd {

std::string describe(const ipc::Peer& peer, std::string_view client_name) {
  const std::string_view name = client_name.empty() ? std::string_view("client") : client_name;
  return base::cat(name, " (pid ", peer.pid, ", user ", peer.user, ")");
}

std::vector<std::string> groups_for_access(const EndpointContext& context,
                                           const std::string& user) {
  const xml::Element root = context.controller.document().root();
  if (cib::is_exempt(user) || !cib::access_control_enabled(root)) return {};
  return ipc::groups_listing(user);
}

}  // namespace systole::crmd
