#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/ipc/client.h"
#include "lib/xml/document.h"

namespace systole::client {

/// A request to the controller or the supervisor, which share one frame.
struct ControlRequest {
  std::string task;       ///< `crm_task`: "ping"
  std::string subsystem;  ///< `crm_sys_to`: "crmd", "dc", "pacemakerd"
  std::string host = {};  ///< `crm_host_to`; empty for this node
};

/// Makes requests in that frame for one connection, each with a reference of its own.
class ControlFrame {
 public:
  explicit ControlFrame(std::string_view tool);

  /// The message, whose root can be given more attributes.
  xml::Document request(const ControlRequest& request);
  /// The child that holds a request's data; made when it is missing.
  static xml::Element data(xml::Document& message);

  const std::string& tool() const { return tool_; }

 private:
  std::string tool_;
  int count_ = 0;
};

/// Waits for the next message on `connection` that is an answer: in that frame and no <ack>.
/// kTimeout, kNotConnected, kProtocol for text that is no XML.
base::Result<xml::Document> next_answer(ipc::Client& connection, std::chrono::milliseconds timeout);

}  // namespace systole::client
