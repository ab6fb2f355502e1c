#include "fencing/core/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::fencing {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

const NodeNumber kOne(1);
const NodeNumber kTwo(2);
const NodeNumber kThree(3);

DeviceOffer offer(std::string device, bool verified = false) {
  DeviceOffer made;
  made.device = std::move(device);
  made.verified = verified;
  return made;
}

PlanInput input(Action action) {
  PlanInput made;
  made.action = action;
  made.timeout = milliseconds(60000);
  made.owner = kOne;
  made.target = kThree;
  return made;
}

Level level(int index, std::vector<std::string> devices) {
  return {.target = {.kind = LevelTarget::Kind::kName, .name = "n3", .value = {}},
          .index = index,
          .devices = std::move(devices)};
}

TEST(Plan, PrefersVerifiedExecutors_AndKeepsTheTargetForLast) {
  PlanInput made = input(Action::kOff);
  made.answers = {{kOne, {offer("f")}}, {kTwo, {offer("f", true)}}, {kThree, {offer("f", true)}}};
  const Plan plan = make_plan(made);
  ASSERT_EQ(plan.routes.size(), 1u);
  EXPECT_THAT(plan.routes[0].steps[0].executors, ElementsAre(kTwo, kOne, kThree));
}

TEST(Plan, LeavesTheTargetOut_WhenItMayNotFenceItself) {
  PlanInput made = input(Action::kOff);
  made.allow_self = false;
  made.answers = {{kThree, {offer("f")}}};
  EXPECT_TRUE(make_plan(made).empty());
}

TEST(Plan, TriesEachDevice_WithoutTopology) {
  PlanInput made = input(Action::kReboot);
  made.answers = {{kOne, {offer("a"), offer("b", true)}}};
  const Plan plan = make_plan(made);
  ASSERT_EQ(plan.routes.size(), 2u);
  EXPECT_EQ(plan.routes[0].steps[0].device, "b");
  EXPECT_EQ(plan.routes[1].steps[0].device, "a");
}

TEST(Plan, RebootsOverSeveralDevices_ByAllOffThenAllOn) {
  PlanInput made = input(Action::kReboot);
  made.answers = {{kOne, {offer("a"), offer("b")}}};
  made.levels = {level(1, {"a", "b"})};
  const Plan plan = make_plan(made);
  ASSERT_EQ(plan.routes.size(), 1u);
  std::vector<std::string> order;
  for (const Step& step : plan.routes[0].steps) {
    order.push_back(std::string(to_string(step.action)) + " " + step.device);
  }
  EXPECT_THAT(order, ElementsAre("off a", "off b", "on a", "on b"));
  EXPECT_FALSE(plan.routes[0].steps[1].may_fail);
  EXPECT_TRUE(plan.routes[0].steps[2].may_fail);
}

TEST(Plan, LeavesOutLevels_ThatLackADevice) {
  PlanInput made = input(Action::kOff);
  made.answers = {{kOne, {offer("a"), offer("c")}}};
  made.levels = {level(1, {"a", "b"}), level(2, {"c"})};
  const Plan plan = make_plan(made);
  ASSERT_EQ(plan.routes.size(), 1u);
  EXPECT_EQ(plan.routes[0].steps[0].device, "c");
}

TEST(Plan, DoesNotUseOtherDevices_WhenTheTargetHasLevels) {
  PlanInput made = input(Action::kOff);
  made.answers = {{kOne, {offer("other")}}};
  made.levels = {level(1, {"a"})};
  EXPECT_TRUE(make_plan(made).empty());
}

TEST(Plan, UnfencesThroughEveryRequiredDevice) {
  PlanInput made = input(Action::kOn);
  DeviceOffer disk = offer("disk");
  disk.required = true;
  DeviceOffer path = offer("path");
  path.required = true;
  made.answers = {{kThree, {disk, path}}, {kOne, {offer("power")}}};
  const Plan plan = make_plan(made);
  ASSERT_EQ(plan.routes.size(), 1u);
  ASSERT_EQ(plan.routes[0].steps.size(), 2u);
  EXPECT_EQ(plan.routes[0].steps[0].device, "disk");
  EXPECT_EQ(plan.routes[0].steps[1].device, "path");
}

TEST(Plan, UsesTheDevicesOwnTimeouts) {
  PlanInput made = input(Action::kReboot);
  DeviceOffer a = offer("a");
  a.timeout = milliseconds(5000);
  a.off_timeout = milliseconds(7000);
  made.answers = {{kOne, {a, offer("b")}}};
  EXPECT_EQ(make_plan(made).routes[0].steps[0].timeout, milliseconds(5000));
  made.levels = {level(1, {"a", "b"})};
  const Plan plan = make_plan(made);
  EXPECT_EQ(plan.routes[0].steps[0].timeout, milliseconds(7000));
  EXPECT_EQ(plan.routes[0].steps[1].timeout, milliseconds(60000));
}

}  // namespace
}  // namespace systole::fencing
