// Which alert agents are run for an event, and what they see.
#include "crmd/shell/alert_calls.h"

#include <gtest/gtest.h>

#include <map>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

constexpr AlertTime kTime{.seconds = 1795344796, .microseconds = 12345, .utc_offset = 3600};

std::vector<client::AlertRequest> calls(const std::string& alerts, const AlertEvent& event) {
  const auto cib = xml::Document::parse(
      base::cat("<cib><configuration><alerts>", alerts, "</alerts></configuration></cib>"));
  return alert_calls(cib.value().root(), event, kTime);
}

std::map<std::string, std::string> environment(const client::AlertRequest& call) {
  return {call.environment.begin(), call.environment.end()};
}

AlertEvent node_event() {
  return NodeAlert{"node3", "3", false};
}
AlertEvent fencing_event() {
  return FencingAlert{"node3", "Operation off of node3", -19};
}
AlertEvent resource_event() {
  return ResourceAlert{.node = "node2",
                       .resource = "d",
                       .task = "monitor",
                       .interval = base::Milliseconds(2000),
                       .target_rc = 0,
                       .rc = 7,
                       .status = 0,
                       .description = "not running",
                       .exec_time = base::Milliseconds(12)};
}
AlertEvent attribute_event() {
  return AttributeAlert{"node1", "1", "color", "red"};
}

/// The recipients, or "-" for a run without any, in the order of the runs.
std::string recipients(const std::string& alerts, const AlertEvent& event) {
  std::string out;
  for (const client::AlertRequest& call : calls(alerts, event)) {
    const std::string recipient = environment(call)["CRM_alert_recipient"];
    out += base::cat(out.empty() ? "" : " ", recipient.empty() ? "-" : recipient);
  }
  return out;
}

TEST(AlertCalls, OfANode_TellItsNameAndState) {
  const auto runs = calls(R"(<alert id="a" path="/agent"/>)", node_event());
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].id, "a");
  EXPECT_EQ(runs[0].path, "/agent");
  EXPECT_EQ(runs[0].timeout, std::chrono::seconds(30));
  const std::map<std::string, std::string> expected = {
      {"CRM_alert_node", "node3"},
      {"CRM_alert_nodeid", "3"},
      {"CRM_alert_desc", "lost"},
      {"CRM_alert_kind", "node"},
      {"CRM_alert_version", "2.1.5"},
      {"CRM_alert_recipient", ""},
      {"CRM_alert_timestamp", "11:53:16.012345"},
      {"CRM_alert_timestamp_epoch", "1795344796"},
      {"CRM_alert_timestamp_usec", "012345"},
  };
  std::map<std::string, std::string> seen = environment(runs[0]);
  for (const auto& [name, value] : expected) {
    EXPECT_EQ(seen[name], value) << name;
    EXPECT_EQ(seen["CRM_notify_" + name.substr(10)], value) << name;
  }
  EXPECT_EQ(seen.size(), 2 * expected.size());
}

TEST(AlertCalls, OfAFencing_TellTargetAndOutcome) {
  const auto runs = calls(R"(<alert id="a" path="/agent"/>)", fencing_event());
  ASSERT_EQ(runs.size(), 1U);
  auto seen = environment(runs[0]);
  EXPECT_EQ(seen["CRM_alert_kind"], "fencing");
  EXPECT_EQ(seen["CRM_alert_node"], "node3");
  EXPECT_EQ(seen["CRM_alert_task"], "st_notify_fence");
  EXPECT_EQ(seen["CRM_alert_rc"], "-19");
  EXPECT_EQ(seen["CRM_alert_desc"], "Operation off of node3");
}

TEST(AlertCalls, OfAResult_TellTheOperation) {
  const auto runs = calls(R"(<alert id="a" path="/agent"/>)", resource_event());
  ASSERT_EQ(runs.size(), 1U);
  auto seen = environment(runs[0]);
  const std::map<std::string, std::string> expected = {
      {"kind", "resource"},    {"node", "node2"},   {"rsc", "d"},       {"task", "monitor"},
      {"interval", "2000"},    {"rc", "7"},         {"target_rc", "0"}, {"status", "0"},
      {"desc", "not running"}, {"exec_time", "12"},
  };
  for (const auto& [name, value] : expected) EXPECT_EQ(seen["CRM_alert_" + name], value) << name;
}

TEST(AlertCalls, OfAnAttribute_TellNameAndValue) {
  const auto runs =
      calls(R"(<alert id="a" path="/agent"><select><select_attributes/></select></alert>)",
            attribute_event());
  ASSERT_EQ(runs.size(), 1U);
  auto seen = environment(runs[0]);
  EXPECT_EQ(seen["CRM_alert_kind"], "attribute");
  EXPECT_EQ(seen["CRM_alert_node"], "node1");
  EXPECT_EQ(seen["CRM_alert_nodeid"], "1");
  EXPECT_EQ(seen["CRM_alert_attribute_name"], "color");
  EXPECT_EQ(seen["CRM_alert_attribute_value"], "red");
}

TEST(AlertCalls, WithoutSelection_AreForAllButAttributes) {
  for (const char* alert :
       {R"(<alert id="a" path="/agent"/>)", R"(<alert id="a" path="/agent"><select/></alert>)"}) {
    EXPECT_EQ(recipients(alert, node_event()), "-");
    EXPECT_EQ(recipients(alert, fencing_event()), "-");
    EXPECT_EQ(recipients(alert, resource_event()), "-");
    EXPECT_EQ(recipients(alert, attribute_event()), "");
  }
}

TEST(AlertCalls, WithSelection_AreForWhatIsSelected) {
  const std::string alert =
      R"(<alert id="a" path="/agent"><select><select_nodes/><select_attributes/></select></alert>)";
  EXPECT_EQ(recipients(alert, node_event()), "-");
  EXPECT_EQ(recipients(alert, fencing_event()), "");
  EXPECT_EQ(recipients(alert, resource_event()), "");
  EXPECT_EQ(recipients(alert, attribute_event()), "-");
  EXPECT_EQ(recipients(R"(<alert id="a" path="/x"><select><select_fencing/></select></alert>)",
                       fencing_event()),
            "-");
  EXPECT_EQ(recipients(R"(<alert id="a" path="/x"><select><select_resources/></select></alert>)",
                       resource_event()),
            "-");
}

TEST(AlertCalls, OfAttributes_FollowTheirNames) {
  const auto alert = [](const std::string& name) {
    return base::cat(R"(<alert id="a" path="/agent"><select><select_attributes>)",
                     R"(<attribute id="x" name="other"/><attribute id="y" name=")", name,
                     R"("/></select_attributes></select></alert>)");
  };
  EXPECT_EQ(recipients(alert("color"), attribute_event()), "-");
  EXPECT_EQ(recipients(alert("colour"), attribute_event()), "");
}

TEST(AlertCalls, OfSeveral_BeginWithTheLast) {
  EXPECT_EQ(recipients(R"(<alert id="a" path="/a"><recipient id="a1" value="one"/>)"
                       R"(<recipient id="a2" value="two"/></alert><alert id="b" path="/b"/>)",
                       node_event()),
            "- two one");
}

TEST(AlertCalls, OfARecipient_UseItsAttributesBeforeTheAlerts) {
  const auto runs = calls(
      R"(<alert id="a" path="/agent">
           <meta_attributes id="m"><nvpair id="m1" name="timeout" value="5s"/>
             <nvpair id="m2" name="timestamp-format" value="general"/></meta_attributes>
           <instance_attributes id="i"><nvpair id="i1" name="A" value="alert"/>
             <nvpair id="i2" name="B" value="alert"/></instance_attributes>
           <recipient id="r" value="me">
             <meta_attributes id="rm"><nvpair id="rm1" name="timestamp-format" value="own"/>
             </meta_attributes>
             <instance_attributes id="ri"><nvpair id="ri1" name="B" value="own"/>
             </instance_attributes></recipient>
           <recipient id="r2" value="you"/></alert>)",
      node_event());
  ASSERT_EQ(runs.size(), 2U);
  auto you = environment(runs[0]);
  auto me = environment(runs[1]);
  EXPECT_EQ(runs[1].timeout, std::chrono::seconds(5));
  EXPECT_EQ(me["A"], "alert");
  EXPECT_EQ(me["B"], "own");
  EXPECT_EQ(me["CRM_alert_timestamp"], "own");
  EXPECT_EQ(you["B"], "alert");
  EXPECT_EQ(you["CRM_alert_timestamp"], "general");
}

TEST(AlertCalls, OfWhatIsDisabled_AreNone) {
  const std::string off = R"(<nvpair id="o" name="enabled" value="false"/></meta_attributes>)";
  EXPECT_EQ(recipients(base::cat(R"(<alert id="a" path="/x"><meta_attributes id="m">)", off,
                                 R"(<recipient id="r" value="me"/></alert>)"),
                       node_event()),
            "");
  EXPECT_EQ(recipients(base::cat(R"(<alert id="a" path="/x"><recipient id="r" value="me">)",
                                 R"(<meta_attributes id="m">)", off,
                                 R"(</recipient><recipient id="s" value="you"/></alert>)"),
                       node_event()),
            "you");
  EXPECT_EQ(recipients(base::cat(R"(<alert id="a" path="/x"><recipient id="r" value="me">)",
                                 R"(<meta_attributes id="m">)", off, "</recipient></alert>"),
                       node_event()),
            "");
}

TEST(AlertCalls, OfAttributeSets_FollowTheirRules) {
  const auto set = [](const char* id, const char* start) {
    return base::cat("<instance_attributes id=\"", id, "\"><rule id=\"", id,
                     "-r\" score=\"0\"><date_expression id=\"", id,
                     "-e\" operation=\"gt\" start=\"", start, "\"/></rule><nvpair id=\"", id,
                     "-p\" name=\"", id, "\" value=\"yes\"/></instance_attributes>");
  };
  const auto runs = calls(base::cat("<alert id=\"a\" path=\"/x\">", set("past", "2000-01-01"),
                                    set("future", "2100-01-01"), "</alert>"),
                          node_event());
  ASSERT_EQ(runs.size(), 1U);
  auto seen = environment(runs[0]);
  EXPECT_EQ(seen["past"], "yes");
  EXPECT_FALSE(seen.contains("future"));
}

TEST(AlertCalls, WhatTheClusterTells_GoesBeforeParameters) {
  const auto runs = calls(R"(<alert id="a" path="/x"><instance_attributes id="i">
                 <nvpair id="i1" name="CRM_alert_kind" value="mine"/></instance_attributes></alert>)",
                          node_event());
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(environment(runs[0])["CRM_alert_kind"], "node");
}

TEST(AlertCalls, WithATimeoutThatIsNone_HaveTheUsualOne) {
  for (const char* timeout : {"0", "soon", "-5"}) {
    const auto runs = calls(base::cat(R"(<alert id="a" path="/x"><meta_attributes id="m">)",
                                      R"(<nvpair id="m1" name="timeout" value=")", timeout,
                                      R"("/></meta_attributes></alert>)"),
                            node_event());
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].timeout, std::chrono::seconds(30)) << timeout;
  }
}

TEST(AlertCalls, WithoutConfiguration_AreNone) {
  const auto cib = xml::Document::parse("<cib><configuration/></cib>");
  EXPECT_TRUE(alert_calls(cib.value().root(), node_event(), kTime).empty());
}

TEST(AlertTime, IsWrittenAsDateDoes) {
  AlertTime time = kTime;
  time.zone = "CET";
  EXPECT_EQ(format_alert_time(time, "%Y-%m-%d %H:%M:%S %z %Z"), "2026-11-22 11:53:16 +0100 CET");
  EXPECT_EQ(format_alert_time(time, "%c"), "Sun Nov 22 11:53:16 2026");
  EXPECT_EQ(format_alert_time(time, "%D %H:%M %j"), "11/22/26 11:53 326");
  EXPECT_EQ(format_alert_time(time, "%s"), "1795344796");
}

TEST(AlertTime, HasFractionsInAsManyDigitsAsAreAskedFor) {
  EXPECT_EQ(format_alert_time(kTime, "%N"), "012345");
  EXPECT_EQ(format_alert_time(kTime, "%06N %03N %3N %01N"), "012345 012 012 0");
  EXPECT_EQ(format_alert_time(kTime, "%09N"), "012345");
  EXPECT_EQ(format_alert_time(kTime, "%%N %%03N"), "%N %03N");
}

TEST(AlertTime, KeepsWhatItDoesNotUnderstand) {
  EXPECT_EQ(format_alert_time(kTime, "plain"), "plain");
  EXPECT_EQ(format_alert_time(kTime, ""), "");
  EXPECT_EQ(format_alert_time(kTime, "%"), "%");
  EXPECT_EQ(format_alert_time(kTime, "%Q"), "%Q");
}

TEST(AlertTime, OfAnyLength_IsWhole) {
  const std::string text(3000, 'x');
  EXPECT_EQ(format_alert_time(kTime, text + "%S"), text + "16");
}

}  // namespace
}  // namespace systole::crmd
