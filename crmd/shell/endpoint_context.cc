#include "crmd/shell/endpoint_context.h"

#include "lib/base/strings.h"

namespace systole::crmd {

std::string describe(const ipc::Peer& peer, std::string_view client_name) {
  const std::string_view name = client_name.empty() ? std::string_view("client") : client_name;
  return base::cat(name, " (pid ", peer.pid, ", user ", peer.user, ")");
}

}  // namespace systole::crmd
