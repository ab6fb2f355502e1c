#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fencing/core/effect.h"
#include "lib/xml/document.h"

namespace systole::fencing {

// The XML that clients of `stonith-ng` get.

/// What a reply repeats of its request.
struct RequestFrame {
  std::string op;
  std::string call_id;
  std::string options;
  std::string client_id;
  std::string client_name;  ///< "name.pid"
};

/// <st-reply>; its call data, if any, is appended to the root by the caller.
xml::Document make_reply(const RequestFrame& frame, const ActionResult& result);
/// The reply to st_execute, which has its attributes in another order.
xml::Document make_exec_reply(const RequestFrame& frame, const std::string& device,
                              const std::string& target, const ActionResult& result);
/// The reply to st_fence.
xml::Document make_fence_reply(const RequestFrame& frame, const HistoryEntry& entry);

void append_query(xml::Element reply, const std::string& target, Action action,
                  const std::vector<QueryRow>& rows);
void append_history(xml::Element reply, const std::vector<HistoryEntry>& entries);

/// <ack>: `status` is an exit code.
std::string make_ack(int status);
/// What kind of notification, with `data` in it where it is not null.
xml::Document make_notification(const std::string& kind, const ActionResult& result);
xml::Document fence_notification(const HistoryEntry& entry);
xml::Document device_notification(const DeviceNotice& notice);
xml::Document level_notification(const LevelNotice& notice);
xml::Document timeout_value(const RequestFrame& frame, milliseconds total);

}  // namespace systole::fencing
