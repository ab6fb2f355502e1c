#include "lib/client/supervisor_client.h"

#include "lib/base/strings.h"
#include "lib/client/control_message.h"
#include "lib/ipc/endpoints.h"

namespace systole::client {
namespace {

base::Result<xml::Document> ask(std::string_view client_name, std::string_view task,
                                std::chrono::milliseconds timeout) {
  base::Result<std::unique_ptr<ipc::Client>> connection =
      ipc::Client::connect(ipc::endpoint::kSupervisor);
  if (!connection) return connection.error();
  ControlFrame frame(client_name);
  const xml::Document request =
      frame.request({.task = std::string(task), .subsystem = "pacemakerd"});
  const base::Result<std::int32_t> sent = (*connection)->send(request.compact());
  if (!sent) return sent.error();
  return next_answer(**connection, timeout);
}

xml::Element content(const xml::Document& answer, std::string_view tag) {
  const xml::Element data = answer.root().first_child("crm_xml");
  return data ? data.first_child(tag) : xml::Element();
}

}  // namespace

base::Result<SupervisorHealth> ping_supervisor(std::string_view client_name,
                                               std::chrono::milliseconds timeout) {
  const base::Result<xml::Document> answer = ask(client_name, "ping", timeout);
  if (!answer) return answer.error();
  const xml::Element response = content(*answer, "ping_response");
  if (!response) return {base::Errc::kProtocol, "pacemakerd answered without <ping_response>"};
  return SupervisorHealth{
      .sender = std::string(response.attribute_or("crm_subsystem", "pacemakerd")),
      .state = std::string(response.attribute_or("pacemakerd_state", "")),
      .last_updated =
          base::parse_integer<std::int64_t>(response.attribute_or("crm-timestamp", "")).value_or(0),
      .result = std::string(response.attribute_or("result", ""))};
}

base::Result<void> shut_down_node(std::string_view client_name, std::chrono::milliseconds timeout) {
  const base::Result<xml::Document> answer = ask(client_name, "quit", timeout);
  if (!answer) return answer.error();
  const xml::Element response = content(*answer, "shutdown");
  if (!response) return {base::Errc::kProtocol, "pacemakerd answered without <shutdown>"};
  if (response.attribute_or("op-status", "0") == "0") return {};
  return {base::Errc::kPermission, "pacemakerd refused to shut down"};
}

base::Result<void> supervisor_forget_node(std::string_view client_name, const std::string& id,
                                          const std::string& name) {
  base::Result<std::unique_ptr<ipc::Client>> connection =
      ipc::Client::connect(ipc::endpoint::kSupervisor);
  if (!connection) return connection.error();
  ControlFrame frame(client_name);
  xml::Document request = frame.request({.task = "rm_node_cache", .subsystem = "pacemakerd"});
  if (!id.empty()) request.root().set_attribute("id", id);
  if (!name.empty()) request.root().set_attribute("uname", name);
  // With an answer, so that the request is not lost with the connection.
  const base::Result<std::string> ack =
      (*connection)->request(request.compact(), std::chrono::seconds(5));
  if (!ack) return ack.error();
  return {};
}

}  // namespace systole::client
