#include "crmd/core/history_entry.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

OperationResult start_result() {
  OperationResult result;
  Operation& operation = result.operation;
  operation.transition_key = "2:7:0:11111111-2222-3333-4444-555555555555";
  operation.key = "d1_start_0";
  operation.resource = "d1";
  operation.standard = "ocf";
  operation.provider = "pacemaker";
  operation.type = "Dummy";
  operation.task = "start";
  operation.node = "node1";
  operation.node_id = "1";
  result.call_id = 12;
  result.last_rc_change = 1795213233;
  result.exec_time = Milliseconds(14);
  return result;
}

xml::Document record(const OperationResult& result, bool failure) {
  xml::Document resources = xml::Document::create("lrm_resources");
  append_result(append_lrm_resource(resources.root(), result.operation), result, failure);
  return resources;
}

TEST(HistoryEntry, HasTheAttributesOfTheStandardForm_InTheirOrder) {
  const xml::Document resources = record(start_result(), false);
  EXPECT_EQ(resources.compact(),
            "<lrm_resources><lrm_resource id=\"d1\" type=\"Dummy\" class=\"ocf\" "
            "provider=\"pacemaker\"><lrm_rsc_op id=\"d1_last_0\" operation_key=\"d1_start_0\" "
            "operation=\"start\" crm-debug-origin=\"on_result\" crm_feature_set=\"3.16.1\" "
            "transition-key=\"2:7:0:11111111-2222-3333-4444-555555555555\" "
            "transition-magic=\"0:0;2:7:0:11111111-2222-3333-4444-555555555555\" "
            "exit-reason=\"\" on_node=\"node1\" call-id=\"12\" rc-code=\"0\" op-status=\"0\" "
            "interval=\"0\" last-rc-change=\"1795213233\" exec-time=\"14\" queue-time=\"0\" "
            "op-digest=\"f2317cad3d54cec5d7d7aa7d0bf35cf8\"/></lrm_resource></lrm_resources>");
}

TEST(HistoryEntry, DigestOfARecurringOperation_IncludesItsTimeout) {
  OperationResult result = start_result();
  result.operation.task = "monitor";
  result.operation.key = "d1_monitor_10000";
  result.operation.interval = Milliseconds(10000);
  result.operation.parameters = {
      {"CRM_meta_interval", "10000"}, {"CRM_meta_timeout", "20000"}, {"crm_feature_set", "3.16.1"}};
  const xml::Document resources = record(result, false);
  const xml::Element entry = resources.root().first_child().first_child();
  EXPECT_EQ(entry.id(), "d1_monitor_10000");
  EXPECT_EQ(entry.attribute("op-digest"), "4811cef7f7f94e3a35a70be7916cb2fd");
}

TEST(HistoryEntry, RestartAndPrivateParameters_AreListedPadded) {
  OperationResult result = start_result();
  result.operation.parameters = {{"passwd", "x"}, {"state", "/run/d1"}};
  result.traits = AgentTraits{true, {"state"}, {"passwd"}};
  const xml::Document resources = record(result, false);
  const xml::Element entry = resources.root().first_child().first_child();
  EXPECT_EQ(entry.attribute("op-force-restart"), "  state  ");
  EXPECT_EQ(entry.attribute("op-secure-params"), "  passwd  ");
  EXPECT_TRUE(entry.attribute("op-restart-digest"));
  EXPECT_NE(entry.attribute("op-secure-digest"), entry.attribute("op-digest"));
}

TEST(HistoryEntry, Stop_CarriesNothingOfTheAgentsMetadata) {
  OperationResult result = start_result();
  result.operation.task = "stop";
  result.traits = AgentTraits{true, {"state"}, {"passwd"}};
  const xml::Document resources = record(result, false);
  const xml::Element entry = resources.root().first_child().first_child();
  EXPECT_FALSE(entry.attribute("op-force-restart"));
  EXPECT_FALSE(entry.attribute("op-secure-params"));
}

TEST(HistoryEntry, Failure_IsRecordedTwice) {
  OperationResult result = start_result();
  result.rc = 1;
  const xml::Document resources = record(result, true);
  const xml::Element resource = resources.root().first_child();
  EXPECT_TRUE(resource.first_child("lrm_rsc_op", "d1_last_0"));
  EXPECT_TRUE(resource.first_child("lrm_rsc_op", "d1_last_failure_0"));
}

TEST(HistoryEntry, Pending_HasTheMagicOfAnUnknownResult) {
  xml::Document resources = xml::Document::create("lrm_resources");
  const Operation operation = start_result().operation;
  append_pending(append_lrm_resource(resources.root(), operation), operation, 5);
  const xml::Element entry = resources.root().first_child().first_child();
  EXPECT_EQ(entry.attribute("call-id"), "-1");
  EXPECT_EQ(entry.attribute("rc-code"), "193");
  EXPECT_EQ(entry.attribute("op-status"), "-1");
  EXPECT_EQ(entry.attribute("transition-magic"),
            "-1:193;2:7:0:11111111-2222-3333-4444-555555555555");
}

TEST(HistoryEntry, Reload_IsRecordedAsAStart) {
  OperationResult result = start_result();
  result.operation.task = "reload-agent";
  result.operation.key = "d1_reload-agent_0";
  const xml::Document resources = record(result, false);
  const xml::Element entry = resources.root().first_child().first_child();
  EXPECT_EQ(entry.attribute("operation"), "start");
  EXPECT_EQ(entry.attribute("operation_key"), "d1_start_0");
}

}  // namespace
}  // namespace systole::crmd
