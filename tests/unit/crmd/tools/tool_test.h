#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lib/cli/tool.h"

namespace systole::crmd {

/// How a tool ended.
struct ToolResult {
  int code = 0;
  std::string out;
  std::string err;
};

/// Runs tools on a CIB in a file of its own, without a cluster.
class ToolTest : public testing::Test {
 protected:
  ToolTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("tool_test." + std::to_string(::getpid()))),
        path_(folder_ / "cib.file") {
    std::filesystem::create_directories(folder_);
    // Whoever runs the tests may be root or not; schemas are those of the build.
    ::setenv("PCMK_schema_directory", SYSTOLE_BINARY_DIR "/schemas", 1);
    ::setenv("CIB_file", path_.c_str(), 1);
    for (const char* name :
         {"CIB_shadow", "OCF_RESOURCE_INSTANCE", "OCF_RESKEY_CRM_meta_on_node"}) {
      ::unsetenv(name);
    }
    write(path_, kCib);
  }
  ~ToolTest() override {
    ::unsetenv("CIB_file");
    std::filesystem::remove_all(folder_);
  }

  static void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path) << text;
  }
  std::string cib() const {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  bool cib_has(std::string_view text) const { return cib().find(text) != std::string::npos; }

  static ToolResult run_program(const cli::Program& program, cli::ToolBody body,
                                std::vector<std::string> words) {
    words.insert(words.begin(), std::string(program.name));
    std::vector<char*> argv;
    argv.reserve(words.size());
    for (std::string& word : words) argv.push_back(word.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    ToolResult result;
    result.code = cli::run_tool(program, body, static_cast<int>(argv.size()), argv.data());
    result.out = testing::internal::GetCapturedStdout();
    result.err = testing::internal::GetCapturedStderr();
    return result;
  }

  static constexpr std::string_view kCib =
      R"(<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="5" num_updates="3" admin_epoch="0" have-quorum="1" dc-uuid="1">
  <configuration>
    <crm_config>
      <cluster_property_set id="cib-bootstrap-options">
        <nvpair id="cib-bootstrap-options-stonith-enabled" name="stonith-enabled" value="false"/>
      </cluster_property_set>
      <cluster_property_set id="second">
        <nvpair id="second-stonith-enabled" name="stonith-enabled" value="true"/>
      </cluster_property_set>
    </crm_config>
    <nodes>
      <node id="1" uname="node1">
        <instance_attributes id="nodes-1">
          <nvpair id="nodes-1-site" name="site" value="north"/>
        </instance_attributes>
      </node>
      <node id="2" uname="node2"/>
    </nodes>
    <resources>
      <template id="pattern" class="ocf" provider="pacemaker" type="Dummy">
        <instance_attributes id="pattern-ia">
          <nvpair id="pattern-ia-state" name="state" value="/run/p"/>
        </instance_attributes>
      </template>
      <primitive id="web" class="ocf" provider="pacemaker" type="Dummy">
        <instance_attributes id="web-instance_attributes">
          <nvpair id="web-instance_attributes-fake" name="fake" value="1"/>
        </instance_attributes>
      </primitive>
      <primitive id="copy" template="pattern"/>
      <clone id="all">
        <primitive id="each" class="ocf" provider="pacemaker" type="Dummy"/>
      </clone>
      <primitive id="idle" class="ocf" provider="pacemaker" type="Dummy">
        <meta_attributes id="idle-m">
          <nvpair id="idle-m-role" name="target-role" value="Stopped"/>
        </meta_attributes>
      </primitive>
    </resources>
    <constraints>
      <rsc_colocation id="together" rsc="copy" with-rsc="web" score="10"/>
      <rsc_location id="near" rsc="web" node="node1" score="100"/>
    </constraints>
  </configuration>
  <status>
    <node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member">
      <lrm id="1">
        <lrm_resources>
          <lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
            <lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" crm_feature_set="3.16.1" transition-key="1:1:0:11111111-1111-1111-1111-111111111111" transition-magic="0:0;1:1:0:11111111-1111-1111-1111-111111111111" on_node="node1" call-id="2" rc-code="0" op-status="0" interval="0" last-rc-change="0" exec-time="7" op-digest="0"/>
          </lrm_resource>
          <lrm_resource id="each" class="ocf" provider="pacemaker" type="Dummy">
            <lrm_rsc_op id="each_last_0" operation_key="each_start_0" operation="start" crm_feature_set="3.16.1" transition-key="2:1:0:11111111-1111-1111-1111-111111111111" transition-magic="0:0;2:1:0:11111111-1111-1111-1111-111111111111" on_node="node1" call-id="3" rc-code="0" op-status="0" interval="0" op-digest="0"/>
          </lrm_resource>
        </lrm_resources>
      </lrm>
      <transient_attributes id="1">
        <instance_attributes id="status-1">
          <nvpair id="status-1-master-web" name="master-web" value="10"/>
        </instance_attributes>
      </transient_attributes>
    </node_state>
    <node_state id="2" uname="node2" in_ccm="true" crmd="online" join="member" expected="member">
      <lrm id="2">
        <lrm_resources>
          <lrm_resource id="each" class="ocf" provider="pacemaker" type="Dummy">
            <lrm_rsc_op id="each_last_0" operation_key="each_start_0" operation="start" crm_feature_set="3.16.1" transition-key="3:1:0:11111111-1111-1111-1111-111111111111" transition-magic="0:0;3:1:0:11111111-1111-1111-1111-111111111111" on_node="node2" call-id="3" rc-code="0" op-status="0" interval="0" op-digest="0"/>
          </lrm_resource>
        </lrm_resources>
      </lrm>
    </node_state>
  </status>
</cib>
)";

  const std::filesystem::path folder_;
  const std::filesystem::path path_;
};

}  // namespace systole::crmd
