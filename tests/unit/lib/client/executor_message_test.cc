#include "lib/client/executor_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <random>

#include "lib/client/executor_client.h"

namespace systole::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

ExecutorOperation operation() {
  return {.resource = "web",
          .action = "monitor",
          .interval = 10s,
          .timeout = 20s,
          .start_delay = 5ms,
          .user_data = "2:7:0:uuid",
          .parameters = {{"options", "a=\"b\" <c> & d\n\te"},
                         {"CRM_meta_on_node", "node1"},
                         {"9digit", "x"},
                         {"with space", "y"},
                         {"empty", ""}}};
}

TEST(ExecutorOperation, IsReadBackFromText) {
  xml::Document document = xml::Document::create("lrmd_rsc");
  write_operation(document.root(), operation());
  const auto parsed = xml::Document::parse(document.compact());
  ASSERT_TRUE(parsed.ok());
  const auto read = read_operation(parsed->root());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->resource, "web");
  EXPECT_EQ(read->interval, 10s);
  EXPECT_EQ(read->timeout, 20s);
  EXPECT_EQ(read->start_delay, 5ms);
  EXPECT_EQ(read->user_data, "2:7:0:uuid");
  EXPECT_THAT(read->parameters, ::testing::UnorderedElementsAreArray(operation().parameters));
}

TEST(ExecutorOperation, IsAnError_WhenANumberIsNone) {
  for (const char* text : {"soon", "-1", "10s", "", "99999999999999999999"}) {
    xml::Document document = xml::Document::create("lrmd_rsc");
    write_operation(document.root(), operation());
    document.root().set_attribute("lrmd_timeout", text);
    const auto read = read_operation(document.root());
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.error().message, HasSubstr("lrmd_timeout"));
  }
}

ExecutorResult result() {
  return {.number = 42,
          .call = 7,
          .operation = operation(),
          .code = model::ExitCode::kNotRunning,
          .status = model::ExecutionStatus::kDone,
          .exit_reason = "it's \"gone\"",
          .output = "line 1\nline 2\xff",
          .resource_removed = true,
          .last_run = 1700000000s,
          .last_change = 1700000001s,
          .run_time = 14ms,
          .queue_time = 3ms};
}

TEST(Completion, IsReadBackFromText) {
  const auto parsed = xml::Document::parse(completion_event(result(), true).compact());
  ASSERT_TRUE(parsed.ok());
  const auto read = read_completion(parsed->root());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->number, 42u);
  EXPECT_EQ(read->call, 7);
  EXPECT_EQ(read->code, model::ExitCode::kNotRunning);
  EXPECT_EQ(read->status, model::ExecutionStatus::kDone);
  EXPECT_EQ(read->exit_reason, "it's \"gone\"");
  EXPECT_THAT(read->output, HasSubstr("line 1\nline 2"));
  EXPECT_TRUE(read->resource_removed);
  EXPECT_EQ(read->last_run, 1700000000s);
  EXPECT_EQ(read->last_change, 1700000001s);
  EXPECT_EQ(read->run_time, 14ms);
  EXPECT_EQ(read->queue_time, 3ms);
  EXPECT_EQ(read->operation.user_data, "2:7:0:uuid");
  EXPECT_THAT(read->operation.parameters,
              ::testing::UnorderedElementsAreArray(operation().parameters));
}

TEST(Completion, HasNoNumber_ForClientsThatDoNotKnowIt) {
  EXPECT_EQ(completion_event(result(), false).root().attribute("systole_result"), std::nullopt);
}

TEST(Completion, IsAnError_WhenItTellsNothing) {
  for (const char* text :
       {"<other/>", "<lrmd_notify/>", "<lrmd_notify lrmd_op=\"lrmd_rsc_exec\"/>"}) {
    EXPECT_FALSE(read_completion(xml::Document::parse(text)->root()).ok()) << text;
  }
}

TEST(Completion, NeverBreaks_WhateverTheAttributesSay) {
  std::mt19937 random(1);
  const std::string good = completion_event(result(), true).compact();
  for (int round = 0; round < 5000; ++round) {
    std::string text = good;
    for (int flips = 0; flips < 4; ++flips) {
      text[random() % text.size()] = static_cast<char>(' ' + random() % 95);
    }
    const auto parsed = xml::Document::parse(text);
    if (parsed) (void)read_completion(parsed->root()).ok();
  }
}

TEST(ExecutorClient, AnswersLater_WhenThereIsNoExecutor) {
  daemon::EventLoop loop;
  ExecutorClient client(loop, "test", {}, "lrmd-nobody-serves-this");
  client.start();
  std::optional<base::Errc> code;
  client.execute(operation(), [&](base::Result<int> answer) { code = answer.error().code; });
  EXPECT_FALSE(code.has_value()) << "not from within";
  EXPECT_TRUE(loop.run_until([&] { return code.has_value(); }, 5s));
  EXPECT_EQ(code, base::Errc::kNotConnected);
  EXPECT_FALSE(client.connected());
}

}  // namespace
}  // namespace systole::client
