#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/client/control_message.h"
#include "lib/ipc/endpoints.h"

namespace systole::client {

/// What a controller says about itself.
struct ControllerHealth {
  std::string node;       ///< where the answer comes from
  std::string subsystem;  ///< "crmd", or "dc" from the coordinator
  std::string state;      ///< "S_IDLE"
  std::string result;     ///< "ok"
};

/// A node as the controller knows it.
struct NodeInfo {
  bool have_quorum = false;
  /// Empty for a node that nobody knows.
  std::string id;
  std::string name;
  std::string state;  ///< "member" or "lost"
  bool is_remote = false;
};

/// One row of the membership.
struct MemberInfo {
  std::string id;
  std::string name;
  std::string state;
};

/// A resource on a node, for requests about its history.
struct ResourceRequest {
  std::string node;
  /// The node whose controller handles `node`, when that is a remote node.
  std::string router = {};
  /// The node is away: only its history in the CIB is meant.
  bool cib_only = false;
  std::string resource;        ///< id of the primitive
  std::string long_id = {};    ///< of a clone's instance: "clone:rsc:0"
  std::string resource_class;  ///< "ocf"
  std::string provider = {};   ///< "heartbeat"; empty for classes without providers
  std::string type;            ///< "IPaddr2"
};

/// How a request about a resource ended.
struct ResourceReply {
  std::string node;
  std::string resource;
  int rc_code = 0;
  int op_status = 0;
  std::string exit_reason;
};

/// A tool's connection to this node's controller. Requests that name another node are passed on.
/// Calls wait for the answer up to the given time.
class ControllerClient {
 public:
  using Duration = std::chrono::milliseconds;

  static base::Result<std::unique_ptr<ControllerClient>> connect(
      std::string_view tool, std::string_view service = ipc::endpoint::kController);

  /// Asks the controller on `node`; without a node, the coordinator.
  base::Result<ControllerHealth> ping(const std::string& node, Duration timeout);
  /// About the node with that id or name; about the local one when both are empty.
  base::Result<NodeInfo> node_info(const std::string& id, const std::string& name,
                                   Duration timeout);
  base::Result<std::vector<MemberInfo>> list_nodes(Duration timeout);

  /// Makes the controllers forget a node that has left the cluster. No answer.
  base::Result<void> forget_node(const std::string& id, const std::string& name);

  /// Records a failure of the resource; deletes its history. Each is answered by one reply.
  base::Result<void> fail_resource(const ResourceRequest& request);
  base::Result<void> delete_history(const ResourceRequest& request);
  /// Probes all resources again, on all nodes or one. Answered by one reply.
  base::Result<void> reprobe(const std::string& node, const std::string& router);
  /// The next reply to these three.
  base::Result<ResourceReply> next_reply(Duration timeout);

 private:
  ControllerClient(std::unique_ptr<ipc::Client> connection, std::string_view tool)
      : connection_(std::move(connection)), frame_(tool) {}

  base::Result<void> say_hello();
  base::Result<void> send(const xml::Document& message);
  base::Result<xml::Document> ask(const xml::Document& message, std::string_view task,
                                  Duration timeout);
  base::Result<void> send_resource_request(std::string_view task, const ResourceRequest& request);

  std::unique_ptr<ipc::Client> connection_;
  ControlFrame frame_;
};

}  // namespace systole::client
