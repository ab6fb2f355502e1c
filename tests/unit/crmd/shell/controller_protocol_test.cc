#include "crmd/shell/controller_protocol.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

ControllerCall decode(std::string_view text) {
  auto call = decode_controller_call(text);
  EXPECT_TRUE(call.ok()) << call.error().message;
  return call.value_or(ControllerCall{});
}

TEST(ControllerDecoding, ChecksHello) {
  const auto hello = [](std::string_view options) {
    return decode(std::string("<create_request_adv t=\"crmd\" crm_task=\"hello\"><crm_xml>") +
                  std::string(options) + "</crm_xml></create_request_adv>");
  };
  EXPECT_TRUE(
      hello(R"(<options major_version="1" minor_version="0" client_name="t"/>)").hello_is_valid);
  EXPECT_FALSE(
      hello(R"(<options major_version="1" minor_version="0" client_name=""/>)").hello_is_valid);
  EXPECT_FALSE(
      hello(R"(<options major_version="x" minor_version="0" client_name="t"/>)").hello_is_valid);
  EXPECT_FALSE(
      hello(R"(<options major_version="1" minor_version="-1" client_name="t"/>)").hello_is_valid);
  EXPECT_FALSE(hello("").hello_is_valid);
}

TEST(ControllerDecoding, ReadsResourceRequest) {
  const auto call =
      decode(R"(<create_request_adv crm_task="lrm_delete" crm_sys_to="crmd" crm_host_to="node2">)"
             R"(<crm_xml><rsc_op transition-key="1:0:0:u" on_node="node2" mode="cib">)"
             R"(<primitive id="web" long-id="c:web:0" class="ocf" provider="p" type="t"/></rsc_op>)"
             R"(</crm_xml></create_request_adv>)");
  EXPECT_EQ(call.task, ControllerTask::kResource);
  EXPECT_EQ(call.resource.task, ResourceRequest::Task::kForget);
  EXPECT_EQ(call.resource.node, "node2");
  EXPECT_EQ(call.resource.resource, "web");
  EXPECT_EQ(call.resource.long_id, "c:web:0");
  EXPECT_EQ(call.resource.standard, "ocf");
  EXPECT_EQ(call.resource.transition_key, "1:0:0:u");
  EXPECT_TRUE(call.resource.cib_only);
}

TEST(ControllerDecoding, ReadsReprobe) {
  const auto call = decode(R"(<m crm_task="probe_again"><crm_xml>)"
                           R"(<data_for_probe_again on_node="node3"/></crm_xml></m>)");
  EXPECT_EQ(call.resource.task, ResourceRequest::Task::kReprobe);
  EXPECT_EQ(call.resource.node, "node3");
  EXPECT_EQ(decode(R"(<m crm_task="probe_again"/>)").resource.node, "");
}

TEST(ControllerDecoding, KnowsWhatItDoesNotKnow) {
  EXPECT_EQ(decode(R"(<m crm_task="dance"/>)").task, ControllerTask::kUnknown);
  EXPECT_EQ(decode_controller_call("<m/>").error().code, base::Errc::kProtocol);
  EXPECT_EQ(decode_controller_call("<m").error().code, base::Errc::kProtocol);
  EXPECT_EQ(decode_controller_call(R"(<m crm_task="lrm_fail"/>)").error().code,
            base::Errc::kInvalidArgument);
}

TEST(ControllerEncoding, PingAnswerNamesStateAndNode) {
  ControllerCall call;
  call.task_name = "ping";
  call.reference = "ping-crmadmin-1-0";
  call.system_to = "dc";
  EXPECT_EQ(encode_ping(call, {.client_id = "uuid", .node = "node1"}, "S_IDLE"),
            R"(<create_reply_adv origin="systole_controller" t="crmd" version="3.16.1")"
            R"( subt="response" reference="ping-crmadmin-1-0" crm_task="ping" crm_sys_to="uuid")"
            R"( crm_sys_from="dc" src="node1"><crm_xml><ping_response crm_subsystem="dc")"
            R"( crmd_state="S_IDLE" result="ok"/></crm_xml></create_reply_adv>)");
}

TEST(ControllerEncoding, NodeInfoOfAStrangerHasTwoAttributes) {
  EXPECT_EQ(encode_node_info({.quorate = true}),
            R"(<node crm_subsystem="crmd" have-quorum="true"/>)");
  EXPECT_EQ(
      encode_node_info({.quorate = false, .known = true, .id = "1", .name = "n", .member = true}),
      R"(<node crm_subsystem="crmd" have-quorum="false" id="1" uname="n" crmd="member")"
      R"( remote_node="false"/>)");
}

TEST(ControllerEncoding, ResourceAnswerIsARequestWithOneHistoryEntry) {
  ResourceRequest request;
  request.task = ResourceRequest::Task::kFail;
  request.resource = "d1";
  request.transition_key = "183:0:0:xxxxxxxx-xrsc-opxx-xcrm-resourcexxxx";
  const ResourceAnswer answer{.rc = 4, .op_status = 4, .reason = "no"};
  const std::string text = encode_resource_answer({.client_id = "uuid",
                                                   .node = "node1",
                                                   .subject_node = "node1",
                                                   .subject_node_id = "1",
                                                   .now = 5,
                                                   .count = 2},
                                                  request, answer);
  const auto document = xml::Document::parse(text);
  ASSERT_TRUE(document.ok());
  const xml::Element event = document->root();
  EXPECT_EQ(event.attribute("subt"), "request");
  EXPECT_EQ(event.attribute("crm_task"), "lrm_invoke");
  EXPECT_EQ(event.attribute("reference"), "lrm_invoke-lrmd-5-2");
  EXPECT_EQ(event.attribute("crm_sys_to"), "uuid");
  const xml::Element entry = xml::find(event, "lrm_rsc_op", "d1_last_0");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry.attribute("operation"), "asyncmon");
  EXPECT_EQ(entry.attribute("op-status"), "4");
  EXPECT_EQ(entry.attribute("rc-code"), "4");
  EXPECT_EQ(entry.attribute("exit-reason"), "no");
}

TEST(ControllerEncoding, ReprobeAnswerHasNoData) {
  ResourceRequest request;
  request.task = ResourceRequest::Task::kReprobe;
  const std::string text =
      encode_resource_answer({.client_id = "u", .subject_node_id = "1"}, request, {});
  const auto document = xml::Document::parse(text);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().attribute("crm_sys_from"), "1_lrmd");
  EXPECT_FALSE(document->root().first_child());
}

}  // namespace
}  // namespace systole::crmd
