#include "crmd/shell/acknowledgement.h"

#include "crmd/shell/element_text.h"

namespace systole::crmd {
namespace {

constexpr int kAttributeProtocol = 4;

ElementText make(std::string_view name, AckStatus status) {
  ElementText ack(name);
  ack.set("function", "systole_controller").set("line", 1).set("status", static_cast<int>(status));
  return ack;
}

}  // namespace

std::string acknowledgement(AckStatus status) {
  return make("ack", status).text();
}

std::string attribute_acknowledgement(AckStatus status) {
  return make("ack", status).set("ipc-protocol-version", kAttributeProtocol).text();
}

std::string refusal() {
  return make("nack", AckStatus::kProtocol).text();
}

}  // namespace systole::crmd
