#include "crmd/supervisor/protocol.h"

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::supervisor {

namespace {

constexpr std::string_view kFeatureSet = "3.16.1";
constexpr std::string_view kService = "pacemakerd";
constexpr int kPermissionStatus = 4;  // execution status "error" on the wire

struct TaskName {
  std::string_view name;
  Task task;
};
constexpr TaskName kTasks[] = {
    {"ping", Task::kPing}, {"quit", Task::kQuit}, {"rm_node_cache", Task::kForgetNode}};

// A reply with its empty <crm_xml>.
xml::Document make_reply(const ClientRequest& request) {
  xml::Document reply = xml::Document::create("create_reply_adv");
  xml::Element root = reply.root();
  root.set_attribute("origin", kService);
  root.set_attribute("t", "crmd");
  root.set_attribute("version", kFeatureSet);
  root.set_attribute("subt", "response");
  root.set_attribute("reference", request.reference);
  root.set_attribute("crm_task", request.task_name);
  root.set_attribute("crm_sys_to", request.sender);
  root.set_attribute("crm_sys_from", kService);
  root.append("crm_xml");
  return reply;
}

}  // namespace

base::Result<ClientRequest> parse_client_request(std::string_view text) {
  auto document = xml::Document::parse(text);
  if (!document) return document.error();
  const xml::Element root = document->root();
  ClientRequest request;
  request.task_name = root.attribute_or("crm_task", "");
  request.reference = root.attribute_or("reference", "");
  request.sender = root.attribute_or("crm_sys_from", "");
  for (const TaskName& row : kTasks) {
    if (row.name == request.task_name) request.task = row.task;
  }
  return request;
}

std::string make_ack(AckStatus status) {
  xml::Document ack = xml::Document::create("ack");
  ack.root().set_attribute("function", kService);
  ack.root().set_attribute("line", 0);
  ack.root().set_attribute("status", static_cast<int>(status));
  return ack.compact();
}

std::string make_ping_reply(const ClientRequest& request, Phase phase, std::int64_t checked) {
  const xml::Document reply = make_reply(request);
  xml::Element ping = reply.root().first_child("crm_xml").append("ping_response");
  ping.set_attribute("crm_subsystem", kService);
  ping.set_attribute("pacemakerd_state", phase_name(phase));
  ping.set_attribute("crm-timestamp", checked);
  ping.set_attribute("result", "ok");
  return reply.compact();
}

std::string make_quit_reply(const ClientRequest& request, bool permitted) {
  const xml::Document reply = make_reply(request);
  xml::Element shutdown = reply.root().first_child("crm_xml").append("shutdown");
  shutdown.set_attribute("op-status", permitted ? 0 : kPermissionStatus);
  return reply.compact();
}

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::kInit:
      return "init";
    case Phase::kWaitForPing:
      return "wait_for_ping";
    case Phase::kStartingDaemons:
      return "starting_daemons";
    case Phase::kRunning:
      return "running";
    case Phase::kShuttingDown:
      return "shutting_down";
    case Phase::kShutdownComplete:
      break;
  }
  return "shutdown_complete";
}

}  // namespace systole::supervisor
