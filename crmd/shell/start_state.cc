#include "crmd/shell/start_state.h"

#include "crmd/shell/element_text.h"
#include "lib/base/strings.h"
#include "lib/cib/request.h"

namespace systole::crmd {

std::optional<CibRequest> start_state_request(std::string_view state, NodeNumber node,
                                              std::string_view node_name) {
  const bool standby = base::equal_ignoring_case(state, "standby");
  if (!standby && !base::equal_ignoring_case(state, "online")) return std::nullopt;
  const std::string set_id = base::cat("nodes-", node.value());
  ElementText pair("nvpair");
  pair.set("id", set_id + "-standby").set("name", "standby").set("value", standby ? "on" : "off");
  ElementText set("instance_attributes");
  set.set("id", set_id).append(pair.text());
  CibRequest request;
  request.operation = cib::wire_name(cib::Operation::kModify);
  request.section = "nodes";
  request.options = (cib::CallOption::kCanCreate | cib::CallOption::kQuorumOverride).bits();
  request.input =
      ElementText("node").set("id", node.value()).set("uname", node_name).append(set.text()).text();
  request.user = "hacluster";
  request.client = "crmd";
  return request;
}

}  // namespace systole::crmd
