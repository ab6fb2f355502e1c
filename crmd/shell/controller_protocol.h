#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmd/core/requests.h"
#include "lib/base/result.h"

/// The messages of the endpoints crmd and pengine.
namespace systole::crmd {

enum class ControllerTask : std::uint8_t {
  kHello,
  kPing,
  kNodeInfo,
  kListNodes,
  kResource,    ///< lrm_fail, lrm_delete, probe_again
  kRemoveNode,  ///< rm_node_cache
  kShutdown,
  kNoop,
  kCalculate,  ///< pe_calc
  kUnknown,
};

/// A request as it came. Names are as the client claims them.
struct ControllerCall {
  ControllerTask task = ControllerTask::kUnknown;
  std::string task_name;
  std::string reference;
  std::string system_to;    ///< crmd, dc, pengine ...
  std::string system_from;  ///< PID_tool
  std::string host_to;
  std::string node_id;    ///< of kNodeInfo and kRemoveNode
  std::string node_name;  ///< of kNodeInfo and kRemoveNode
  ResourceRequest resource;
  std::string input;            ///< of kCalculate: the CIB
  std::string client_name;      ///< of kHello
  bool hello_is_valid = false;  ///< of kHello
};

/// Reads a client's message. kProtocol when it is none, kInvalidArgument when a resource request
/// names no resource.
base::Result<ControllerCall> decode_controller_call(std::string_view text);

/// Who answers and to whom.
struct ControllerAnswerHead {
  std::string client_id{};  ///< the connection's UUID
  std::string node{};       ///< name of the answering node
};

/// Answers to a call: `data` is an element's text or empty.
std::string encode_controller_reply(const ControllerCall& call, const ControllerAnswerHead& head,
                                    std::string_view data);

std::string encode_ping(const ControllerCall& call, const ControllerAnswerHead& head,
                        std::string_view state);

/// What node-info tells; a node that nobody knows has only the first two.
struct NodeInfo {
  bool quorate = false;
  bool known = false;
  std::string id{};
  std::string name{};
  bool member = false;
};
std::string encode_node_info(const NodeInfo& info);

struct ListedNode {
  std::string id{};
  std::string name{};
  bool member = false;
};
std::string encode_node_list(const std::vector<ListedNode>& nodes);

/// Whom a resource request was about, and how the event that answers it is numbered.
struct ResourceAnswerHead {
  std::string client_id{};
  std::string node{};  ///< name of the answering node
  std::string subject_node{};
  std::string subject_node_id{};
  std::int64_t now = 0;     ///< seconds since the epoch
  std::uint64_t count = 0;  ///< makes the reference unique
};

/// The event that answers lrm_fail, lrm_delete and probe_again: a request in its form.
std::string encode_resource_answer(const ResourceAnswerHead& head, const ResourceRequest& request,
                                   const ResourceAnswer& answer);

/// The event that answers pe_calc. `graph` is a transition_graph element.
std::string encode_calculation(const ControllerCall& call, std::string_view saved_input,
                               std::string_view graph);

}  // namespace systole::crmd
