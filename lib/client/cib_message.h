#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/client/cib_call.h"
#include "lib/xml/document.h"

namespace systole::client {

/// What the CIB answered. A refused write can carry data too: the objects that failed, or the
/// document that does not fit its schema.
struct CibAnswer {
  /// The daemon's or document's verdict.
  base::Result<void> verdict;
  std::optional<xml::Document> data;
  /// The change was accepted by a partition without quorum: it is lost if one with quorum
  /// disagrees.
  bool provisional = false;
};

/// The messages of the CIB protocol, as text.
std::string register_message(std::string_view client_name);
/// A daemon takes it from a client on another machine only when the element is called cib_command.
std::string subscribe_message(std::string_view notification,
                              std::string_view element = "cib-callback");
/// `client_id` is what the daemon answered to the registration; `client_name` is for clients that
/// did not register. Both may be empty.
std::string call_message(const CibCall& call, std::string_view client_id, int call_id,
                         std::string_view client_name = {});

/// Reads a <cib-reply>. kProtocol when it is none or belongs to another call than `call_id`.
base::Result<CibAnswer> read_reply(const xml::Document& reply, int call_id);

}  // namespace systole::client
