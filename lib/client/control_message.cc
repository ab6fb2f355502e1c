#include "lib/client/control_message.h"

#include <unistd.h>

#include <ctime>

#include "lib/base/strings.h"
#include "lib/cib/version.h"

namespace systole::client {

ControlFrame::ControlFrame(std::string_view tool) : tool_(tool) {}

xml::Document ControlFrame::request(const ControlRequest& request) {
  xml::Document message = xml::Document::create("create_request_adv");
  xml::Element root = message.root();
  root.set_attribute("origin", tool_);
  root.set_attribute("t", "crmd");
  root.set_attribute("version", cib::kFeatureSet);
  root.set_attribute("subt", "request");
  root.set_attribute("reference",
                     base::cat(request.task, "-", tool_, "-", std::time(nullptr), "-", count_++));
  root.set_attribute("crm_task", request.task);
  if (!request.subsystem.empty()) root.set_attribute("crm_sys_to", request.subsystem);
  root.set_attribute("crm_sys_from", base::cat(::getpid(), "_", tool_));
  if (!request.host.empty()) root.set_attribute("crm_host_to", request.host);
  return message;
}

xml::Element ControlFrame::data(xml::Document& message) {
  const xml::Element found = message.root().first_child("crm_xml");
  return found ? found : message.root().append("crm_xml");
}

base::Result<xml::Document> next_answer(ipc::Client& connection,
                                        std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return {base::Errc::kTimeout, "no reply within the time limit"};
    const base::Result<std::optional<std::string>> text = connection.next_event(left);
    if (!text) return text.error();
    if (!*text) continue;
    base::Result<xml::Document> document = xml::Document::parse(**text);
    if (!document) {
      return {base::Errc::kProtocol, base::cat("an answer is no XML: ", document.error().message)};
    }
    const xml::Element root = document->root();
    if (root.is("ack") || root.attribute_or("reference", "").empty()) continue;
    return document;
  }
}

}  // namespace systole::client
