#include "crmd/shell/controller_protocol.h"

#include <array>
#include <utility>

#include "crmd/shell/element_text.h"
#include "lib/base/strings.h"
#include "lib/cib/digest.h"
#include "lib/cib/version.h"
#include "lib/xml/document.h"
#include "lib/xml/write.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;
using xml::Element;

struct ControllerTaskName {
  std::string_view name;
  ControllerTask task;
  ResourceRequest::Task resource_task = ResourceRequest::Task::kForget;
};

constexpr std::array kControllerTasks = {
    ControllerTaskName{"hello", ControllerTask::kHello},
    ControllerTaskName{"ping", ControllerTask::kPing},
    ControllerTaskName{"node-info", ControllerTask::kNodeInfo},
    ControllerTaskName{"list-nodes", ControllerTask::kListNodes},
    ControllerTaskName{"lrm_fail", ControllerTask::kResource, ResourceRequest::Task::kFail},
    ControllerTaskName{"lrm_delete", ControllerTask::kResource, ResourceRequest::Task::kForget},
    ControllerTaskName{"probe_again", ControllerTask::kResource, ResourceRequest::Task::kReprobe},
    ControllerTaskName{"lrm_refresh", ControllerTask::kResource, ResourceRequest::Task::kReprobe},
    ControllerTaskName{"rm_node_cache", ControllerTask::kRemoveNode},
    ControllerTaskName{"start_shutdown", ControllerTask::kShutdown},
    ControllerTaskName{"noop", ControllerTask::kNoop},
    ControllerTaskName{"pe_calc", ControllerTask::kCalculate},
};

std::string text(Element element, std::string_view name) {
  return element ? std::string(element.attribute_or(name, {})) : std::string();
}

void read_hello(Element data, ControllerCall& call) {
  const Element options = data ? data.first_child("options") : Element();
  if (!options) return;
  call.client_name = text(options, "client_name");
  const auto major = base::parse_integer<int>(options.attribute_or("major_version", {}));
  const auto minor = base::parse_integer<int>(options.attribute_or("minor_version", {}));
  call.hello_is_valid =
      !call.client_name.empty() && major.value_or(-1) >= 0 && minor.value_or(-1) >= 0;
}

Result<void> read_resource(Element message, Element data, ControllerCall& call) {
  ResourceRequest& request = call.resource;
  request.user = text(message, "crm_user");
  if (request.task == ResourceRequest::Task::kReprobe) {
    const Element probe = data ? data.first_child() : Element();
    request.node = text(probe, "on_node");
    request.router = text(probe, "router_node");
    return {};
  }
  const Element operation = data ? data.first_child("rsc_op") : Element();
  const Element primitive = operation ? operation.first_child("primitive") : Element();
  if (!primitive || primitive.id().empty()) {
    return {Errc::kInvalidArgument, base::cat(call.task_name, " names no resource")};
  }
  request.node = text(operation, "on_node");
  if (request.node.empty()) request.node = call.host_to;
  request.router = text(operation, "router_node");
  request.transition_key = text(operation, "transition-key");
  request.cib_only = operation.attribute_or("mode", {}) == "cib";
  request.resource = primitive.id();
  request.long_id = text(primitive, "long-id");
  request.standard = text(primitive, "class");
  request.provider = text(primitive, "provider");
  request.type = text(primitive, "type");
  return {};
}

/// What all messages of this protocol begin with.
ElementText frame(std::string_view element, std::string_view origin, std::string_view kind) {
  ElementText out(element);
  out.set("origin", origin).set("t", "crmd").set("version", cib::kFeatureSet).set("subt", kind);
  return out;
}

ElementText enclose(std::string_view data) {
  return ElementText("crm_xml").append(data);
}

std::string history_of(const ResourceAnswerHead& head, const ResourceRequest& request,
                       const ResourceAnswer& answer) {
  const bool fail = request.task == ResourceRequest::Task::kFail;
  const std::string_view operation = fail ? "asyncmon" : "delete";
  const std::string& key = request.transition_key;
  ElementText entry("lrm_rsc_op");
  entry.set("id", base::cat(request.resource, "_last_0"))
      .set("operation_key", base::cat(request.resource, "_", operation, "_0"))
      .set("operation", operation)
      .set("crm-debug-origin", "systole_controller")
      .set("crm_feature_set", cib::kFeatureSet)
      .set("transition-key", key)
      .set("transition-magic", base::cat(answer.op_status, ":", answer.rc, ";", key))
      .set("exit-reason", answer.reason)
      .set("on_node", head.subject_node)
      .set("call-id", 0)
      .set("rc-code", answer.rc)
      .set("op-status", answer.op_status)
      .set("interval", 0)
      .set("op-digest", cib::parameters_digest({}));
  ElementText resource("lrm_resource");
  resource.set("id", request.resource)
      .set_if("type", request.type)
      .set_if("class", request.standard)
      .set_if("provider", request.provider)
      .append(entry.text());
  ElementText lrm("lrm");
  lrm.set("id", head.subject_node_id)
      .append(ElementText("lrm_resources").append(resource.text()).text());
  return ElementText("node_state")
      .set("id", head.subject_node_id)
      .set("uname", head.subject_node)
      .set("crm-debug-origin", "systole_controller")
      .append(lrm.text())
      .text();
}

}  // namespace

Result<ControllerCall> decode_controller_call(std::string_view message_text) {
  auto document = xml::Document::parse(message_text);
  if (!document) return {Errc::kProtocol, document.error().message};
  const Element message = document->root();
  ControllerCall call;
  call.task_name = text(message, "crm_task");
  if (call.task_name.empty()) {
    return {Errc::kProtocol, base::cat("a message '", message.name(), "' without crm_task")};
  }
  call.reference = text(message, "reference");
  call.system_to = text(message, "crm_sys_to");
  call.system_from = text(message, "crm_sys_from");
  call.host_to = text(message, "crm_host_to");
  call.node_id = text(message, "id");
  call.node_name = text(message, "uname");
  for (const ControllerTaskName& task : kControllerTasks) {
    if (task.name != call.task_name) continue;
    call.task = task.task;
    call.resource.task = task.resource_task;
  }
  const Element data = message.first_child("crm_xml");
  if (call.task == ControllerTask::kHello) read_hello(data, call);
  if (call.task == ControllerTask::kCalculate && data && data.first_child()) {
    call.input = xml::to_string(data.first_child());
  }
  if (call.task == ControllerTask::kResource) {
    if (auto read = read_resource(message, data, call); !read) return read.error();
  }
  return call;
}

std::string encode_controller_reply(const ControllerCall& call, const ControllerAnswerHead& head,
                                    std::string_view data) {
  ElementText reply = frame("create_reply_adv", "systole_controller", "response");
  reply.set("reference", call.reference)
      .set("crm_task", call.task_name)
      .set("crm_sys_to", head.client_id)
      .set("crm_sys_from", call.system_to.empty() ? "crmd" : call.system_to)
      .set("src", head.node);
  if (!data.empty()) reply.append(enclose(data).text());
  return reply.text();
}

std::string encode_ping(const ControllerCall& call, const ControllerAnswerHead& head,
                        std::string_view state) {
  ElementText response("ping_response");
  response.set("crm_subsystem", call.system_to == "dc" ? "dc" : "crmd")
      .set("crmd_state", state)
      .set("result", "ok");
  return encode_controller_reply(call, head, response.text());
}

std::string encode_node_info(const NodeInfo& info) {
  ElementText node("node");
  node.set("crm_subsystem", "crmd").set("have-quorum", info.quorate ? "true" : "false");
  if (info.known) {
    node.set("id", info.id)
        .set("uname", info.name)
        .set("crmd", info.member ? "member" : "lost")
        .set("remote_node", "false");
  }
  return node.text();
}

std::string encode_node_list(const std::vector<ListedNode>& nodes) {
  ElementText list("nodes");
  for (const ListedNode& node : nodes) {
    list.append(ElementText("node")
                    .set("id", node.id)
                    .set("uname", node.name)
                    .set("in_ccm", node.member ? "member" : "lost")
                    .text());
  }
  return list.text();
}

std::string encode_resource_answer(const ResourceAnswerHead& head, const ResourceRequest& request,
                                   const ResourceAnswer& answer) {
  const bool probe = request.task == ResourceRequest::Task::kReprobe;
  ElementText event = frame("create_request_adv", "systole_controller", "request");
  event.set("reference", base::cat("lrm_invoke-lrmd-", head.now, "-", head.count))
      .set("crm_task", "lrm_invoke")
      .set("crm_sys_to", head.client_id)
      .set("crm_sys_from", probe ? base::cat(head.subject_node_id, "_lrmd") : "lrmd")
      .set("crm_host_to", head.node)
      .set("src", head.node);
  if (!probe) event.append(enclose(history_of(head, request, answer)).text());
  return event.text();
}

std::string encode_calculation(const ControllerCall& call, std::string_view saved_input,
                               std::string_view graph) {
  return frame("create_reply_adv", "systole_controller", "response")
      .set("reference", call.reference)
      .set("crm_task", call.task_name)
      .set("crm_sys_to", call.system_from)
      .set("crm_sys_from", "pengine")
      .set_if("crm-tgraph-in", saved_input)
      .set("graph-errors", 0)
      .set("graph-warnings", 0)
      .set("config-errors", 0)
      .set("config-warnings", 0)
      .append(enclose(graph).text())
      .text();
}

}  // namespace systole::crmd
