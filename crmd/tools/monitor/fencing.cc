#include <algorithm>
#include <set>
#include <tuple>

#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

using client::FenceEvent;

enum class State { kPending, kFailed, kSucceeded };

State state_of(const FenceEvent& event) {
  if (event.pending()) return State::kPending;
  return event.state == 4 ? State::kFailed : State::kSucceeded;
}

std::string action_text(const FenceEvent& event) {
  if (event.action == "on") return "unfencing";
  if (event.action == "off") return "turning off";
  if (event.action == "reboot") return "reboot";
  return event.action;
}

std::string_view outcome_text(const FenceEvent& event) {
  return state_of(event) == State::kFailed ? "failed" : "successful";
}

std::string reason_text(const FenceEvent& event) {
  if (state_of(event) != State::kFailed || event.result.reason.empty()) return {};
  return base::cat(" (", event.result.reason, ")");
}

/// One line for an event. With `latest_only` it stands for all of its kind, which the words say.
std::string event_text(const FenceEvent& event, bool latest_only) {
  std::string text = base::cat(action_text(event), " of ", event.target);
  if (state_of(event) == State::kPending) {
    return text + base::cat(" pending: client=", event.client, ", origin=", event.origin);
  }
  if (!event.delegate.empty()) text += base::cat(" by ", event.delegate);
  text += base::cat(" for ", event.client, "@", event.origin);
  if (latest_only && state_of(event) == State::kFailed) text += " last";
  return text +
         base::cat(" ", outcome_text(event), reason_text(event), " at ", utc_time_text(event.date));
}

/// The same with each part named, as --show-detail asks for.
std::string event_detail(const FenceEvent& event, bool latest_only) {
  if (state_of(event) == State::kPending) return event_text(event, latest_only);
  std::string text = base::cat(action_text(event), " of ", event.target, " ", outcome_text(event),
                               reason_text(event), ": ");
  if (!event.delegate.empty()) text += base::cat("delegate=", event.delegate, ", ");
  const std::string when =
      latest_only ? base::cat("last-", outcome_text(event)) : std::string("completed");
  return text + base::cat("client=", event.client, ", origin=", event.origin, ", ", when, "='",
                          utc_time_text(event.date), "'");
}

/// What runs, then what ended, the latest first.
std::vector<const FenceEvent*> newest_first(const View& view) {
  std::vector<const FenceEvent*> events;
  events.reserve(view.fencing.size());
  for (const FenceEvent& event : view.fencing) events.push_back(&event);
  std::stable_sort(events.begin(), events.end(), [](const auto* a, const auto* b) {
    return std::tuple(!a->pending(), -a->date, -a->date_nanoseconds) <
           std::tuple(!b->pending(), -b->date, -b->date_nanoseconds);
  });
  return events;
}

/// The events of a state; with FenceDetail below full only the latest of each kind.
std::vector<const FenceEvent*> events_in(const View& view, State state) {
  std::vector<const FenceEvent*> chosen;
  std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;
  for (const FenceEvent* event : newest_first(view)) {
    if (state_of(*event) != state) continue;
    const bool repeated =
        !seen.insert({event->action, event->target, event->client, event->delegate}).second;
    if (repeated && state != State::kPending && view.fence_detail != FenceDetail::kFull) continue;
    chosen.push_back(event);
  }
  return chosen;
}

struct Group {
  Section section;
  State state;
  std::string_view heading;
};

constexpr Group kGroups[] = {
    {Section::kFencingFailed, State::kFailed, "Failed Fencing Actions"},
    {Section::kFencingPending, State::kPending, "Pending Fencing Actions"},
    {Section::kFencingSucceeded, State::kSucceeded, "Fencing History"},
};

std::string_view state_name(State state) {
  switch (state) {
    case State::kPending:
      return "pending";
    case State::kFailed:
      return "failed";
    case State::kSucceeded:
      return "success";
  }
  return "pending";
}

void add_event_xml(const FenceEvent& event, cli::Element& parent) {
  cli::Element& element = parent.add("fence_event");
  element.set("action", event.action);
  element.set("target", event.target);
  element.set("client", event.client);
  element.set("origin", event.origin);
  element.set("status", state_name(state_of(event)));
  if (state_of(event) == State::kFailed && !event.result.reason.empty()) {
    element.set("exit-reason", event.result.reason);
  }
  // Agents look for this very word.
  if (state_of(event) == State::kPending) element.set("extended-status", "pending");
  if (!event.delegate.empty()) element.set("delegate", event.delegate);
  if (state_of(event) != State::kPending) element.set("completed", utc_time_text(event.date));
}

}  // namespace

void print_fencing(const View& view, Page& page) {
  for (const Group& group : kGroups) {
    if (!view.sections.has(group.section)) continue;
    const auto events = events_in(view, group.state);
    if (events.empty()) continue;
    page.begin(group.heading);
    for (const FenceEvent* event : events) {
      const bool latest_only = view.fence_detail == FenceDetail::kFailures;
      page.output().item(view.list.detail ? event_detail(*event, latest_only)
                                          : event_text(*event, latest_only));
    }
    page.end();
  }
}

void add_fencing_xml(const View& view, cli::Element& root) {
  cli::Element list("fence_history");
  if (view.fencing_error) list.set("status", *view.fencing_error);
  for (const FenceEvent* event : newest_first(view)) {
    for (const Group& group : kGroups) {
      if (group.state == state_of(*event) && view.sections.has(group.section)) {
        add_event_xml(*event, list);
      }
    }
  }
  if (!list.children().empty()) root.add(std::move(list));
}

}  // namespace systole::crmd::monitor
