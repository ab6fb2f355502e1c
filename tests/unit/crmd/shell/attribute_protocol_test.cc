#include "crmd/shell/attribute_protocol.h"

#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

using Task = AttributeRequest::Task;
using std::chrono::seconds;

AttributeChanges decode_changes(std::string_view text) {
  auto message = decode_attribute_message(text);
  EXPECT_TRUE(message.ok()) << message.error().message;
  return std::get<AttributeChanges>(*message);
}

TEST(AttributeDecoding, ReadsUpdate) {
  const auto changes = decode_changes(
      R"(<create_attrd_op t="attrd" src="attrd_updater" attr_name="ping" task="update-both")"
      R"( attr_value="100" attr_dampening="5s" attr_host="node1" attr_is_private="1"/>)");
  ASSERT_EQ(changes.changes.size(), 1u);
  const AttributeRequest& request = changes.changes[0].request;
  EXPECT_EQ(request.task, Task::kUpdateBoth);
  EXPECT_EQ(request.name, "ping");
  EXPECT_EQ(request.value, "100");
  EXPECT_EQ(request.dampening, seconds(5));
  EXPECT_EQ(request.node, "node1");
  EXPECT_TRUE(request.is_private);
}

TEST(AttributeDecoding, TellsDeletionFromEmptyValue) {
  EXPECT_FALSE(decode_changes(R"(<a task="update" attr_name="x"/>)").changes[0].request.value);
  EXPECT_EQ(
      decode_changes(R"(<a task="update" attr_name="x" attr_value=""/>)").changes[0].request.value,
      "");
}

TEST(AttributeDecoding, ReadsSeveralOperationsOfOneMessage) {
  const auto changes = decode_changes(
      R"(<create_attrd_op t="attrd" task="update" attr_user="bob">)"
      R"(<op attr_name="a" task="update" attr_value="1"/><op attr_name="b" attr_value="value++"/>)"
      R"(</create_attrd_op>)");
  ASSERT_EQ(changes.changes.size(), 2u);
  EXPECT_EQ(changes.changes[1].request.name, "b");
  EXPECT_EQ(changes.changes[1].request.value, "value++");
  EXPECT_EQ(changes.changes[1].request.user, "bob");
}

TEST(AttributeDecoding, ReadsClearFailure) {
  const auto changes =
      decode_changes(R"(<a task="clear-failure" attr_resource="web" attr_clear_operation="monitor")"
                     R"( attr_clear_interval="10s"/>)");
  EXPECT_EQ(changes.changes[0].request.task, Task::kClearFailure);
  EXPECT_EQ(changes.changes[0].request.resource, "web");
  EXPECT_EQ(changes.changes[0].request.interval, seconds(10));
}

TEST(AttributeDecoding, ReadsQuery) {
  const auto message = decode_attribute_message(R"(<a task="query" attr_name="x"/>)");
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(std::get<AttributeQuery>(*message).name, "x");
  EXPECT_EQ(std::get<AttributeQuery>(*message).node, "");
}

TEST(AttributeDecoding, RefusesWhatMeansNothing) {
  EXPECT_EQ(decode_attribute_message("junk").error().code, base::Errc::kProtocol);
  for (const char* text :
       {R"(<a/>)", R"(<a task="dance"/>)", R"(<a task="update" attr_value="1"/>)",
        R"(<a task="query"/>)", R"(<a task="peer-remove"/>)",
        R"(<a task="update-delay" attr_name="x" attr_dampening="soon"/>)"}) {
    const auto message = decode_attribute_message(text);
    ASSERT_FALSE(message.ok()) << text;
    EXPECT_EQ(message.error().code, base::Errc::kInvalidArgument) << text;
  }
}

TEST(AttributeEncoding, AnswersUnknownAndKnown) {
  EXPECT_EQ(encode_attribute_answer("x", {}),
            R"(<build_query_reply t="attrd" subt="query" attr_version="4"/>)");
  AttributeAnswer answer;
  answer.known = true;
  answer.values = {{"node1", "5"}, {"node2", std::nullopt}};
  EXPECT_EQ(encode_attribute_answer("x", answer),
            R"(<build_query_reply t="attrd" subt="query" attr_version="4" attr_name="x">)"
            R"(<node attr_host="node1" attr_value="5"/><node attr_host="node2"/>)"
            R"(</build_query_reply>)");
}

}  // namespace
}  // namespace systole::crmd
