#include "lib/client/cib_message.h"

#include "lib/base/strings.h"

namespace systole::client {

using base::Errc;
using base::Result;

std::string register_message(std::string_view client_name) {
  xml::Document message = xml::Document::create("cib_command");
  xml::Element root = message.root();
  root.set_attribute("t", "cib");
  root.set_attribute("cib_op", "register");
  root.set_attribute("cib_clientname", client_name);
  root.set_attribute("cib_callopt", cib::CallOptions(cib::CallOption::kSync).bits());
  return message.compact();
}

std::string subscribe_message(std::string_view notification, std::string_view element) {
  xml::Document message = xml::Document::create(element);
  xml::Element root = message.root();
  root.set_attribute("cib_op", "cib_notify");
  root.set_attribute("cib_notify_type", notification);
  root.set_attribute("cib_notify_activate", "1");
  return message.compact();
}

std::string call_message(const CibCall& call, std::string_view client_id, int call_id,
                         std::string_view client_name) {
  xml::Document message = xml::Document::create("cib_command");
  xml::Element root = message.root();
  root.set_attribute("t", "cib");
  if (!client_id.empty()) root.set_attribute("cib_async_id", client_id);
  if (!client_name.empty()) root.set_attribute("cib_clientname", client_name);
  root.set_attribute("cib_op", cib::wire_name(call.operation));
  if (!call.host.empty()) root.set_attribute("cib_host", call.host);
  if (!call.target.empty()) root.set_attribute("cib_section", call.target);
  root.set_attribute("cib_callid", call_id);
  if (!call.user.empty()) root.set_attribute("cib_user", call.user);
  root.set_attribute("cib_callopt", call.options.bits());
  if (call.input) root.append("cib_calldata").append_copy(call.input);
  return message.compact();
}

Result<CibAnswer> read_reply(const xml::Document& reply, int call_id) {
  const xml::Element root = reply.root();
  const auto rc = base::parse_integer<int>(root.attribute_or("cib_rc", ""));
  const auto id = base::parse_integer<int>(root.attribute_or("cib_callid", ""));
  if (!rc || !id) {
    return {Errc::kProtocol, base::cat("the CIB answered with <", root.name(), ">, no reply")};
  }
  if (*id != call_id) {
    return {Errc::kProtocol, base::cat("the CIB answered call ", *id, " instead of ", call_id)};
  }
  CibAnswer answer;
  answer.provisional = base::parse_bool(root.attribute_or("cib_provisional", "")).value_or(false);
  if (*rc != 0) {
    const Errc code = base::errc_from_legacy(*rc);
    answer.verdict = base::Error{code, std::string(base::describe(code))};
  }
  if (const xml::Element data = root.first_child("cib_calldata"); data) {
    if (const xml::Element content = data.first_child(); content) {
      answer.data = xml::Document::copy_of(content);
    }
  }
  return answer;
}

}  // namespace systole::client
