#include "lib/ocf/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "lib/ocf/metadata_source.h"

namespace systole::ocf {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kAgent = R"(warning: something printed first
<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="web" version="2.0">
  <version>1.1</version>
  <longdesc lang="en">Serves &lt;pages&gt;.</longdesc>
  <shortdesc lang="en">Web</shortdesc>
  <parameters>
    <parameter name="port" unique="1" required="1">
      <content type="integer" default="80"/>
    </parameter>
    <parameter name="mode" reloadable="1" unique-group="g">
      <content type="select" default="a"><option value="a"/><option value="b"/></content>
    </parameter>
  </parameters>
  <actions>
    <action name="start" timeout="20s"/>
    <action name="monitor" depth="0" timeout="20" interval="10s" role="Promoted"/>
    <action name="on" on_target="1" automatic="1" timeout="soon"/>
  </actions>
</resource-agent>)";

TEST(Metadata, IsRead) {
  const base::Result<Metadata> read = parse_metadata(kAgent);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->name, "web");
  EXPECT_EQ(read->ocf_version, "1.1");
  EXPECT_EQ(read->long_description, "Serves <pages>.");
  ASSERT_NE(read->parameter("port"), nullptr);
  EXPECT_TRUE(read->parameter("port")->unique);
  EXPECT_TRUE(read->parameter("port")->required);
  EXPECT_EQ(read->parameter("port")->default_value, "80");
  EXPECT_TRUE(read->parameter("mode")->reloadable);
  EXPECT_EQ(read->parameter("mode")->unique_group, "g");
  EXPECT_THAT(read->parameter("mode")->choices, ElementsAre("a", "b"));
  EXPECT_EQ(read->parameter("nosuch"), nullptr);
  EXPECT_EQ(read->action("start")->timeout, 20s);
  EXPECT_EQ(read->action("monitor")->interval, 10s);
  EXPECT_EQ(read->action("monitor")->role, "Promoted");
  EXPECT_TRUE(read->action("on")->automatic);
  EXPECT_EQ(read->action("on")->timeout, std::nullopt) << "an unreadable number is absent";
}

TEST(Metadata, IsAnError_WhenItIsGarbage) {
  for (const char* text : {"", "no tags", "<resource-agent>", "<other/>", "<a><b></a></b>"}) {
    EXPECT_FALSE(parse_metadata(text).ok()) << text;
  }
  EXPECT_FALSE(parse_metadata("<!DOCTYPE r [<!ENTITY a \"b\">]><resource-agent/>").ok());
  EXPECT_FALSE(
      parse_metadata("<resource-agent>" + std::string(2 << 20, ' ') + "</resource-agent>").ok());
}

TEST(Metadata, NeverBreaks_WhateverAnAgentPrints) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text(kAgent.substr(0, random() % (kAgent.size() + 1)));
    for (int flips = 0; flips < 5 && !text.empty(); ++flips) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    (void)parse_metadata(text).ok();
  }
}

TEST(Metadata, OfInstalledAgentsIsRead) {
  int agents = 0;
  for (const char* name : {"ocf:heartbeat:IPaddr2", "ocf:pacemaker:Dummy", "ocf:heartbeat:nginx"}) {
    const AgentName agent = *parse_agent_name(name);
    if (!std::filesystem::exists(*agent_path(agent))) continue;
    const auto text = read_metadata_text(agent, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
    ASSERT_TRUE(text.ok()) << text.error().message;
    const auto metadata = parse_metadata(*text);
    ASSERT_TRUE(metadata.ok()) << metadata.error().message;
    EXPECT_EQ(metadata->name, agent.type);
    EXPECT_NE(metadata->action("monitor"), nullptr);
    ++agents;
  }
  if (agents == 0) GTEST_SKIP() << "no agents are installed";
}

TEST(Metadata, IsAnErrorThatNamesTheAgent_WhenItDoesNotExist) {
  const auto text = read_metadata_text({"ocf", "heartbeat", "nosuch"}, {});
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code, base::Errc::kNoSuchFile);
  EXPECT_THAT(text.error().message, HasSubstr("nosuch"));
}

}  // namespace
}  // namespace systole::ocf
