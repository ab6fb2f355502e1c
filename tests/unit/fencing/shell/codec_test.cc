#include "fencing/shell/codec.h"

#include <gtest/gtest.h>

namespace systole::fencing {
namespace {

HistoryEntry entry() {
  HistoryEntry made;
  made.id = "4f1c";
  made.target = "n\"1<>&";
  made.action = Action::kReboot;
  made.origin = "n2";
  made.delegate = "n3";
  made.client = "tool.7";
  made.client_id = "c";
  made.date = {.seconds = 1234567890, .nanoseconds = 5};
  made.state = OperationState::kFailed;
  made.result = failure(ExecutionStatus::kTimeout, "no answer\nat all");
  return made;
}

Operation operation() {
  Operation made;
  made.entry = entry();
  made.order.delay.reset();
  made.order.tolerance = milliseconds(7);
  made.requesters = {{.node = NodeNumber(2), .token = Token(99)}};
  DeviceOffer offer;
  offer.device = "f";
  offer.verified = true;
  offer.timeout = milliseconds(5);
  made.answers[NodeNumber(3)] = {offer};
  made.plan = Plan{{Route{{Step{.device = "f",
                                .action = Action::kOff,
                                .executors = {NodeNumber(3), NodeNumber(1)},
                                .timeout = milliseconds(60000),
                                .delay = milliseconds(10),
                                .may_fail = true}}}}};
  made.cursor = {.route = 0, .step = 0, .executor = 1};
  made.attempt = 4;
  made.executing = true;
  made.queued = milliseconds(62000);
  made.failed_before = true;
  made.target_returned = true;
  made.last_failure = failure(ExecutionStatus::kError, "once");
  return made;
}

void expect_same(const Message& message) {
  const auto read = decode(encode(message));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, message) << encode(message);
}

TEST(Codec, ReadsBackEveryMessage) {
  FenceOrder order;
  order.allow_self = false;
  expect_same(RequestMessage{.entry = entry(), .order = order, .token = Token(12)});
  expect_same(AnswerMessage{.operation = "x", .offers = operation().answers[NodeNumber(3)]});
  expect_same(PlanMessage{.operation = "x", .plan = *operation().plan});
  expect_same(ResultMessage{
      .operation = "x", .attempt = 2, .result = success("out"), .date = {.seconds = 1}});
  expect_same(GiveUpMessage{.operation = "x",
                            .attempt = 0,
                            .result = failure(ExecutionStatus::kTimeout, "late"),
                            .date = {.seconds = 1}});
  expect_same(ConfirmMessage{.entry = entry(), .token = Token(1)});
  expect_same(CleanupMessage{.target = "", .token = Token(1)});
  expect_same(WaitMessage{.operation = "x", .attempt = 3, .wait = milliseconds(1500)});
  expect_same(MarkMessage{.exchange = ~std::uint64_t{0}});
}

TEST(Codec, ReadsBackAWholeState) {
  SyncMessage message{.exchange = 77, .name = "n1", .state = {}};
  message.state.history = {entry()};
  message.state.operations = {operation()};
  message.state.backlog = {
      {.sender = NodeNumber(2), .message = CleanupMessage{.target = "n1", .token = Token(1)}}};
  expect_same(message);
}

TEST(Codec, RefusesWhatIsNoMessage) {
  for (const char* junk : {"", "hello", "<fencer/>", "<fencer format='1' kind='dance'/>",
                           "<other format='1' kind='mark'/>", "<fencer format='1'"}) {
    EXPECT_FALSE(decode(junk).ok()) << junk;
  }
  EXPECT_EQ(decode("<fencer format='2' kind='mark'/>").error().code, base::Errc::kVersion);
}

TEST(Codec, RefusesAnOperationWhoseCursorIsOutsideItsPlan) {
  SyncMessage message{.exchange = 77, .name = "n1", .state = {}};
  Operation broken = operation();
  broken.cursor.executor = 2;
  message.state.operations = {broken};
  EXPECT_FALSE(decode(encode(message)).ok());
}

}  // namespace
}  // namespace systole::fencing
