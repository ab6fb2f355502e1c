#include "fencing/tools/history_output.h"

#include <gtest/gtest.h>

namespace systole::fencing {
namespace {

client::FenceEvent event(int state, std::int64_t date) {
  client::FenceEvent made;
  made.target = "n1";
  made.action = "off";
  made.origin = "n2";
  made.delegate = state == 2 ? "n3" : "";
  made.client = "tool.7";
  made.state = state;
  made.date = date;
  return made;
}

TEST(History, IsToldInTheWordsThatClientsParse) {
  EXPECT_EQ(describe_event(event(2, 0), "completed"),
            "turning off of n1 successful: delegate=n3, client=tool.7, origin=n2, "
            "completed='1970-01-01 00:00:00Z'");
  client::FenceEvent failed = event(4, 0);
  failed.action = "reboot";
  failed.result.reason = "no contact";
  EXPECT_EQ(describe_event(failed, "completed"),
            "reboot of n1 failed (no contact): client=tool.7, origin=n2, "
            "completed='1970-01-01 00:00:00Z'");
  EXPECT_EQ(describe_event(event(1, 0), "completed"),
            "turning off of n1 pending: client=tool.7, origin=n2");
}

TEST(History, ShowsWhatRunsFirst_ThenTheNewest) {
  std::vector<client::FenceEvent> events = {event(2, 10), event(4, 30), event(1, 5), event(2, 20)};
  sort_history(events);
  EXPECT_EQ(events[0].state, 1);
  EXPECT_EQ(events[1].date, 30);
  EXPECT_EQ(events[3].date, 10);
}

}  // namespace
}  // namespace systole::fencing
