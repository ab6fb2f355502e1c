#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/ipc/server.h"
#include "lib/xml/document.h"
#include "tests/unit/lib/ipc/server_thread.h"

namespace systole::client {

/// A service that speaks the CIB's protocol over a document of its own.
class FakeCib {
 public:
  explicit FakeCib(std::string_view document)
      : cib_(cib::Document::adopt(xml::Document::parse(document).value().clone()).value()),
        thread_({.on_connect = {},
                 .on_request = [this](const ipc::Peer& peer,
                                      const ipc::Message& message) { answer(peer, message); },
                 .on_disconnect = {}}) {}

  const std::string& name() const { return thread_.name(); }
  ipc::ServerThread& thread() { return thread_; }

  /// The calls that came, as operations.
  std::vector<std::string> operations() {
    const std::lock_guard lock(mutex_);
    return operations_;
  }

  /// Changes the document and tells subscribers; with `skip_notice` they miss it.
  void modify(std::string_view section, std::string_view input, bool skip_notice = false) {
    thread_.in_loop([&](ipc::Server&) {
      const xml::Document object = xml::Document::parse(input).value().clone();
      cib::Request request;
      request.operation = cib::Operation::kModify;
      request.target = section;
      request.options = cib::CallOption::kCanCreate;
      request.input = object.root();
      const cib::Outcome outcome = cib_.apply(request);
      if (!skip_notice && outcome.patchset) notify(outcome.patchset->compact());
    });
  }

  /// What answers are refused with; 0 for none.
  std::atomic<int> refusal = 0;
  std::atomic<bool> is_silent = false;

 private:
  void answer(const ipc::Peer& peer, const ipc::Message& message) {
    const auto request = xml::Document::parse(message.text);
    const xml::Element root = request->root();
    const std::string operation(root.attribute_or("cib_op", ""));
    {
      const std::lock_guard lock(mutex_);
      operations_.push_back(operation);
    }
    if (is_silent) return;
    if (operation == "register") {
      send(peer, message, "<cib_common_callback_worker cib_op=\"register\" cib_clientid=\"u\"/>");
    } else if (operation == "cib_notify") {
      subscribers_.insert(peer.connection.value());
      send(peer, message, "<ack status=\"0\"/>");
    } else {
      send(peer, message, reply(root));
    }
  }

  std::string reply(xml::Element root) {
    cib::Request request;
    request.operation =
        cib::operation_named(root.attribute_or("cib_op", "")).value_or(cib::Operation::kQuery);
    request.target = root.attribute_or("cib_section", "");
    request.options =
        cib::CallOptions(*base::parse_integer<unsigned>(root.attribute_or("cib_callopt", "0")));
    const xml::Element data = root.first_child("cib_calldata");
    if (data) request.input = data.first_child();
    cib::Outcome outcome = cib_.apply(request);
    int rc = outcome.verdict ? 0 : -base::legacy_number(outcome.verdict.error().code);
    if (refusal != 0) rc = refusal;
    xml::Document answer = xml::Document::create("cib-reply");
    answer.root().set_attribute("cib_callid", root.attribute_or("cib_callid", ""));
    answer.root().set_attribute("cib_op", root.attribute_or("cib_op", ""));
    answer.root().set_attribute("cib_rc", rc);
    if (outcome.output) answer.root().append("cib_calldata").append_copy(outcome.output);
    if (outcome.patchset && rc == 0) notify(outcome.patchset->compact());
    return answer.compact();
  }

  void notify(const std::string& patch) {
    for (const std::uint64_t connection : subscribers_) {
      (void)thread_.server().send_event(
          ipc::ConnectionId(connection),
          "<notify t=\"cib_notify\" subt=\"cib_diff_notify\" cib_rc=\"0\"><cib_update_result>" +
              patch + "</cib_update_result></notify>");
    }
  }

  void send(const ipc::Peer& peer, const ipc::Message& message, const std::string& text) {
    if (message.expects_response()) {
      (void)thread_.server().respond(peer.connection, message.id, text);
    } else {
      (void)thread_.server().send_event(peer.connection, text);
    }
  }

  cib::Document cib_;
  std::mutex mutex_;
  std::vector<std::string> operations_;
  std::set<std::uint64_t> subscribers_;
  ipc::ServerThread thread_;
};

inline constexpr std::string_view kSmallCib =
    "<cib epoch=\"3\" num_updates=\"0\" admin_epoch=\"0\" validate-with=\"none\"><configuration>"
    "<crm_config/><nodes><node id=\"1\" uname=\"n1\"/></nodes><resources/><constraints/>"
    "</configuration><status/></cib>";

}  // namespace systole::client
