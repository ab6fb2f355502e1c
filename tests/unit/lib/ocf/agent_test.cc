#include "lib/ocf/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "lib/ocf/metadata_source.h"

namespace systole::ocf {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AgentName, IsReadAndWritten) {
  const auto ip = parse_agent_name("ocf:heartbeat:IPaddr2");
  ASSERT_TRUE(ip.ok());
  EXPECT_EQ(*ip, (AgentName{"ocf", "heartbeat", "IPaddr2"}));
  EXPECT_EQ(to_string(*ip), "ocf:heartbeat:IPaddr2");
  EXPECT_EQ(*parse_agent_name("lsb:nginx"), (AgentName{"lsb", "", "nginx"}));
  EXPECT_EQ(parse_agent_name("systemd:a:b")->type, "a:b") << "units may have colons";
}

TEST(AgentName, IsAnError_WhenParts_AreMissing) {
  for (const char* text : {"", "IPaddr2", "ocf:IPaddr2", "ocf::IPaddr2", "ocf:heartbeat:", ":x"}) {
    EXPECT_FALSE(parse_agent_name(text).ok()) << text;
  }
}

TEST(AgentPath, IsNeverOutsideItsFolder) {
  EXPECT_EQ(*agent_path({"ocf", "heartbeat", "Dummy"}), "/usr/lib/ocf/resource.d/heartbeat/Dummy");
  EXPECT_EQ(*agent_path({"lsb", "", "nginx"}), "/etc/init.d/nginx");
  EXPECT_FALSE(agent_path({"ocf", "..", "Dummy"}).ok());
  EXPECT_FALSE(agent_path({"ocf", "heartbeat", "../../../bin/sh"}).ok());
  EXPECT_FALSE(agent_path({"lsb", "", ".."}).ok());
  EXPECT_FALSE(agent_path({"lsb", "", ""}).ok());
  EXPECT_EQ(agent_path({"systemd", "", "nginx"}).error().code, base::Errc::kUnsupported);
}

class AgentLists : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ocf-agents-" + std::to_string(getpid()));
    roots_ = {.ocf = folder_ / "ocf", .lsb = folder_ / "init.d", .fence = folder_ / "sbin"};
    add("ocf/resource.d/one/B");
    add("ocf/resource.d/one/A");
    add("ocf/resource.d/one/.ocf-shellfuncs");
    add("ocf/resource.d/one/README", false);
    add("ocf/resource.d/two/A");
    add("init.d/nginx");
    add("sbin/fence_x");
    add("sbin/ls");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void add(const std::string& name, bool executable = true) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n";
    if (executable) fs::permissions(path, fs::perms::owner_all);
  }

  fs::path folder_;
  AgentRoots roots_;
};

TEST_F(AgentLists, NameProgramsOnly) {
  EXPECT_THAT(list_standards(roots_), ElementsAre("lsb", "ocf", "stonith"));
  EXPECT_THAT(list_providers(roots_), ElementsAre("one", "two"));
  EXPECT_THAT(*list_agents("ocf", "one", roots_), ElementsAre("A", "B"));
  EXPECT_THAT(*list_agents("ocf", "", roots_), ElementsAre("A", "B"));
  EXPECT_THAT(*list_agents("lsb", "", roots_), ElementsAre("nginx"));
  EXPECT_THAT(*list_agents("stonith", "", roots_), ElementsAre("fence_x"));
}

TEST_F(AgentLists, AreEmpty_WhenTheFoldersDoNotExist) {
  roots_ = {.ocf = folder_ / "no", .lsb = folder_ / "no", .fence = folder_ / "no"};
  EXPECT_THAT(list_standards(roots_), IsEmpty());
  EXPECT_THAT(*list_agents("ocf", "one", roots_), IsEmpty());
  EXPECT_FALSE(list_agents("systemd", "", roots_).ok());
}

TEST_F(AgentLists, PluginsComeBeforeFenceAgents) {
  const fs::path program = folder_ / "sbin/stonith";
  std::ofstream(program)
      << "#!/bin/sh\n"
         "[ \"$1\" = -L ] && printf 'null\\nexternal/ssh\\n-x\\n' || echo \"$@\"\n";
  fs::permissions(program, fs::perms::owner_all);
  EXPECT_THAT(*list_agents("stonith", {}, roots_), ElementsAre("external/ssh", "null", "fence_x"));
  EXPECT_EQ(*read_metadata_text({"stonith", {}, "external/ssh"}, {}, roots_),
            "-t external/ssh -m\n");
  EXPECT_FALSE(read_metadata_text({"stonith", {}, "../external/ssh"}, {}, roots_).ok());
  fs::remove(program);
  EXPECT_THAT(*list_agents("stonith", {}, roots_), ElementsAre("fence_x"));
}

}  // namespace
}  // namespace systole::ocf
