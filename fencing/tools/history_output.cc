#include "fencing/tools/history_output.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;
using client::FenceEvent;

constexpr int kDone = 2;

std::string_view verb(const std::string& action) {
  if (action == "off") return "turning off";
  if (action == "on") return "unfencing";
  return action;
}

const FenceEvent* last_success(const std::vector<FenceEvent>& events) {
  for (const FenceEvent& event : events) {
    if (event.state == kDone) return &event;
  }
  return nullptr;
}

cli::Element event_element(const FenceEvent& event) {
  cli::Element element("fence_event", {{"action", event.action},
                                       {"target", event.target},
                                       {"client", event.client},
                                       {"origin", event.origin}});
  element.set("status", event.pending() ? "pending" : event.state == kDone ? "success" : "failed");
  // Agents look for this very word.
  if (event.pending()) element.set("extended-status", "pending");
  if (!event.pending() && event.state != kDone && !event.result.reason.empty()) {
    element.set("exit-reason", event.result.reason);
  }
  if (!event.delegate.empty()) element.set("delegate", event.delegate);
  if (!event.pending()) element.set("completed", base::format_utc(event.date));
  return element;
}

}  // namespace

void sort_history(std::vector<FenceEvent>& events) {
  std::stable_sort(events.begin(), events.end(), [](const FenceEvent& a, const FenceEvent& b) {
    return std::tuple(!a.pending(), -a.date, -a.date_nanoseconds) <
           std::tuple(!b.pending(), -b.date, -b.date_nanoseconds);
  });
}

std::string describe_event(const FenceEvent& event, std::string_view when) {
  std::string text = cat(verb(event.action), " of ", event.target, " ");
  if (event.pending()) {
    text += "pending";
  } else if (event.state == kDone) {
    text += "successful";
  } else {
    text += event.result.reason.empty() ? "failed" : cat("failed (", event.result.reason, ")");
  }
  text += ": ";
  if (!event.delegate.empty()) text += cat("delegate=", event.delegate, ", ");
  text += cat("client=", event.client, ", origin=", event.origin);
  if (!event.pending()) text += cat(", ", when, "='", base::format_utc(event.date), "'");
  return text;
}

void print_history(const std::vector<FenceEvent>& events, const StonithRequest& request,
                   cli::Output& output) {
  std::vector<const FenceEvent*> shown;
  const FenceEvent* success = last_success(events);
  const bool all = request.verbose && !request.quiet;
  if (all) {
    for (const FenceEvent& event : events) shown.push_back(&event);
  } else if (success != nullptr && !request.quiet) {
    shown.push_back(success);
  }
  if (success != nullptr && request.quiet) output.line(cat(success->date));
  for (const FenceEvent* event : shown) {
    output.line(describe_event(*event, all ? "completed" : "last-successful"));
  }
  output.line(cat(shown.size(), shown.size() == 1 ? " event found" : " events found"));
  cli::Element& list =
      output.root().add("list", {{"name", "fencing history"}, {"count", cat(shown.size())}});
  for (const FenceEvent* event : shown) list.add(event_element(*event));
}

void print_last(const std::vector<FenceEvent>& events, const StonithRequest& request,
                cli::Output& output) {
  const FenceEvent* success = last_success(events);
  if (success == nullptr) {
    output.line(cat("Node ", request.subject, " has never been fenced"));
    return;
  }
  const time_t when = success->date;
  tm parts{};
  std::array<char, 64> text{};
  localtime_r(&when, &parts);
  const std::size_t size = strftime(text.data(), text.size(), "%a %b %e %H:%M:%S %Y", &parts);
  output.line(
      cat("Node ", request.subject, " last fenced at: ", std::string_view(text.data(), size)));
  output.root().add("last-fenced",
                    {{"target", request.subject}, {"when", base::format_utc(success->date)}});
}

}  // namespace systole::fencing
