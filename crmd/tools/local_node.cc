#include "crmd/tools/local_node.h"

#include <sys/utsname.h>

#include <cstdlib>
#include <string_view>

#include "lib/client/controller_client.h"

namespace systole::crmd {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string node_of_agent() {
  std::string host = environment("OCF_RESKEY_CRM_meta_physical_host");
  if (environment("OCF_RESKEY_CRM_meta_container_attribute_target") == "host" && !host.empty()) {
    return host;
  }
  return environment("OCF_RESKEY_CRM_meta_on_node");
}

base::Result<std::string> local_node_name(const char* tool, bool is_live) {
  if (std::string name = node_of_agent(); !name.empty()) return name;
  if (!is_live) {
    utsname host{};
    if (::uname(&host) != 0) return {base::Errc::kInternal, "this host has no name"};
    return std::string(host.nodename);
  }
  base::Result<std::unique_ptr<client::ControllerClient>> controller =
      client::ControllerClient::connect(tool);
  if (!controller) return controller.error();
  base::Result<client::NodeInfo> node = (*controller)->node_info("", "", std::chrono::seconds(30));
  if (!node) return node.error();
  return std::move(node->name);
}

}  // namespace systole::crmd
