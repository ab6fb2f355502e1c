#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "crmd/tools/monitor/page.h"
#include "crmd/tools/monitor/snapshot.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {

/// Two nodes of which one is down, a resource that failed, and some of each kind.
inline constexpr std::string_view kPageCib = R"(
<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" epoch="5" num_updates="2" admin_epoch="0"
     have-quorum="1" dc-uuid="1" cib-last-written="Sat Nov 21 12:00:00 2026">
 <configuration>
  <crm_config><cluster_property_set id="options">
   <nvpair id="o1" name="cluster-infrastructure" value="corosync"/>
  </cluster_property_set></crm_config>
  <nodes><node id="1" uname="alpha"/><node id="2" uname="beta"/></nodes>
  <resources>
   <primitive id="web" class="ocf" provider="heartbeat" type="nginx"/>
   <primitive id="idle" class="ocf" provider="heartbeat" type="Dummy"/>
   <group id="pair"><primitive id="left" class="ocf" provider="heartbeat" type="Dummy"/>
    <primitive id="right" class="ocf" provider="heartbeat" type="Dummy"/></group>
   <clone id="all"><primitive id="one" class="ocf" provider="heartbeat" type="Dummy"/></clone>
  </resources>
  <constraints><rsc_location id="never" rsc="idle" node="beta" score="-INFINITY"/></constraints>
 </configuration>
 <status>
  <node_state id="1" uname="alpha" in_ccm="true" crmd="online" join="member" expected="member">
   <lrm id="1"><lrm_resources>
    <lrm_resource id="web" class="ocf" provider="heartbeat" type="nginx">
     <lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" call-id="7"
        transition-key="1:1:0:x" transition-magic="0:0;1:1:0:x" rc-code="0" op-status="0" interval="0"/>
     <lrm_rsc_op id="web_last_failure_0" operation_key="web_monitor_10000" operation="monitor"
        call-id="9" transition-key="2:1:0:x" transition-magic="0:7;2:1:0:x" rc-code="7" op-status="0"
        interval="10000" exit-reason="it fell over"/>
    </lrm_resource>
    <lrm_resource id="one" class="ocf" provider="heartbeat" type="Dummy">
     <lrm_rsc_op id="one_last_0" operation_key="one_start_0" operation="start" call-id="8"
        transition-key="3:1:0:x" transition-magic="0:0;3:1:0:x" rc-code="0" op-status="0" interval="0"/>
    </lrm_resource>
   </lrm_resources></lrm>
   <transient_attributes id="1"><instance_attributes id="status-1">
    <nvpair id="s1" name="fail-count-web#monitor_10000" value="2"/>
    <nvpair id="s2" name="colour" value="blue"/>
   </instance_attributes></transient_attributes>
  </node_state>
  <node_state id="2" uname="beta" in_ccm="false" crmd="offline" join="down" expected="down"/>
 </status>
</cib>)";

class StatusPage : public ::testing::Test {
 protected:
  StatusPage() : cib_(*xml::Document::parse(kPageCib)) {
    settings_.view.sections = Sections::defaults(cli::OutputFormat::kText);
  }

  std::string text() { return print({}); }
  std::string html() { return print({.format = cli::OutputFormat::kHtml}); }

  std::string print(const cli::Output::Options& options) {
    base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
    EXPECT_TRUE(snapshot);
    snapshot->view.fencing = fencing_;
    char* buffer = nullptr;
    std::size_t size = 0;
    std::FILE* stream = open_memstream(&buffer, &size);
    {
      cli::Output output = cli::Output::to_stream(stream, options);
      print_page(snapshot->view, output);
      output.finish(cli::ExitCode::kOk);
    }
    std::fclose(stream);
    std::string out(buffer, size);
    std::free(buffer);
    return out;
  }

  /// Everything in XML.
  std::string as_xml() {
    settings_.view.sections = Sections::all();
    base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
    EXPECT_TRUE(snapshot);
    cli::Element root("pacemaker-result");
    add_page_xml(snapshot->view, root);
    return root.to_xml();
  }

  void configure(const char* section, std::string_view text) {
    const auto element = xml::Document::parse(text);
    ASSERT_TRUE(element);
    cib_.root().first_child("configuration").first_child(section).append_copy(element->root());
  }

  /// What alpha reported of a resource: the operations inside of its `lrm_resource`.
  void report(std::string_view resource, const std::string& operations) {
    const auto entry = xml::Document::parse(base::cat(
        "<lrm_resource id=\"", resource, "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">",
        operations, "</lrm_resource>"));
    ASSERT_TRUE(entry);
    cib_.root()
        .first_child("status")
        .first_child("node_state")
        .first_child("lrm")
        .first_child("lrm_resources")
        .append_copy(entry->root());
  }

  void attribute(std::string_view name, std::string_view value) {
    const auto pair = xml::Document::parse(
        base::cat("<nvpair id=\"s-", name, "\" name=\"", name, "\" value=\"", value, "\"/>"));
    cib_.root()
        .first_child("status")
        .first_child("node_state")
        .first_child("transient_attributes")
        .first_child("instance_attributes")
        .append_copy(pair->root());
  }

  xml::Document cib_;
  Settings settings_;
  std::vector<client::FenceEvent> fencing_;
};

/// An operation in a history.
inline std::string result_of(std::string_view key, std::string_view task, int call, int rc,
                             std::string_view more = {}) {
  return base::cat("<lrm_rsc_op id=\"", key, "\" operation_key=\"", key, "\" operation=\"", task,
                   "\" call-id=\"", call, "\" transition-key=\"1:1:0:x\" rc-code=\"", rc,
                   "\" op-status=\"0\" interval=\"0\" ", more, "/>");
}

inline client::FenceEvent fencing_of(std::string target, int state) {
  return {.target = std::move(target),
          .action = "reboot",
          .origin = "alpha",
          .delegate = "beta",
          .client = "tool.7",
          .state = state,
          .date = 1795262400};
}

}  // namespace systole::crmd::monitor
