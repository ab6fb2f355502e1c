#include "crmd/tools/cibsecret/cibsecret.h"

#include <sys/stat.h>

#include "tests/unit/crmd/tools/tool_test.h"

namespace systole::crmd {
namespace {

namespace fs = std::filesystem;

/// Two other nodes, one of them away, whose ssh is a script that runs what it is told in a folder
/// of this machine.
class CibsecretTest : public ToolTest {
 protected:
  CibsecretTest() {
    if (const char* path = std::getenv("PATH"); path != nullptr) path_before_ = path;
    surroundings_ = {
        .folder = folder_ / "secrets",
        .peers = {{.name = "node2", .is_member = true}, {.name = "node3", .is_member = false}}};
    const fs::path ssh = folder_ / "bin" / "ssh";
    fs::create_directories(ssh.parent_path());
    write(ssh,
          "#!/bin/sh\n"
          "test ! -e \"$SSH_BROKEN\" || { echo 'no route' >&2; exit 255; }\n"
          "while [ \"$1\" != -- ]; do shift; done\n"
          "exec sh -c \"$(printf %s \"$3\" | sed \"s,/secrets/,/$2/,g\")\"\n");
    fs::permissions(ssh, fs::perms::owner_all);
    ::setenv("PATH", ((folder_ / "bin").string() + ":" + path_before_).c_str(), 1);
    ::setenv("SSH_BROKEN", (folder_ / "broken").c_str(), 1);
  }
  ~CibsecretTest() override {
    ::setenv("PATH", path_before_.c_str(), 1);
    ::unsetenv("SSH_BROKEN");
  }

  ToolResult run(std::vector<std::string> words) {
    const auto body = [](const cli::CommandLine& line, cli::Output& output) {
      return cibsecret::perform(line, surroundings_, output);
    };
    return run_program(cibsecret::kProgram, body, std::move(words));
  }
  std::string file(const fs::path& name) const {
    std::stringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  bool has(const fs::path& name) const { return fs::exists(folder_ / name); }

 private:
  static inline cibsecret::Surroundings surroundings_;
  std::string path_before_;
};

TEST_F(CibsecretTest, ASecretIsOnAllMembers_AndOnlyItsPlaceInTheCib) {
  const ToolResult result = run({"set", "web", "password", "it's $(secret)"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("node3 is not in the cluster"), std::string::npos);
  EXPECT_TRUE(cib_has("name=\"password\" value=\"lrm://\"/>"));
  EXPECT_EQ(result.out,
            "Set 'web' option: id=web-instance_attributes-password set=web-instance_attributes "
            "name=password value=lrm://\n");
  EXPECT_FALSE(cib_has("secret)"));
  for (const char* node : {"secrets", "node2"}) {
    const fs::path folder = fs::path(node) / "web";
    EXPECT_EQ(file(folder / "password"), "it's $(secret)\n");
    EXPECT_EQ(file(folder / "password.sign").size(), 33U);
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / folder / "password").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << node;
  }
  EXPECT_EQ(file("secrets/web/password.sign"), file("node2/web/password.sign"));
  EXPECT_FALSE(has("node3"));
  EXPECT_EQ(run({"get", "web", "password"}).out, "it's $(secret)\n");
  EXPECT_EQ(run({"check", "web", "password"}).code, 0);
}

TEST_F(CibsecretTest, StashAndUnstashAreInverse) {
  EXPECT_EQ(run({"stash", "web", "fake"}).code, 0);
  EXPECT_TRUE(cib_has("id=\"web-instance_attributes-fake\" name=\"fake\" value=\"lrm://\"/>"));
  EXPECT_EQ(run({"get", "web", "fake"}).out, "1\n");
  EXPECT_EQ(run({"stash", "web", "fake"}).code, 108);
  EXPECT_EQ(run({"unstash", "web", "fake"}).code, 0);
  EXPECT_TRUE(cib_has("id=\"web-instance_attributes-fake\" name=\"fake\" value=\"1\"/>"));
  EXPECT_FALSE(has("secrets/web/fake"));
  EXPECT_FALSE(has("node2/web/fake.sign"));
  EXPECT_EQ(run({"unstash", "web", "fake"}).code, 105);
  EXPECT_EQ(run({"stash", "web", "absent"}).code, 105);
}

TEST_F(CibsecretTest, DeleteRemovesFilesAndParameter) {
  EXPECT_EQ(run({"stash", "web", "fake"}).code, 0);
  EXPECT_EQ(run({"delete", "web", "fake"}).code, 0);
  EXPECT_FALSE(cib_has("name=\"fake\""));
  EXPECT_FALSE(has("secrets/web/fake"));
  EXPECT_FALSE(has("node2/web/fake"));
  EXPECT_EQ(run({"get", "web", "fake"}).code, 78);
  EXPECT_EQ(run({"-C", "get", "web", "fake"}).code, 105);
}

TEST_F(CibsecretTest, WhatIsNotSecretIsNeitherShownNorChecked) {
  EXPECT_EQ(run({"-C", "set", "web", "fake", "2"}).code, 0);
  for (const char* command : {"get", "check"}) {
    const ToolResult result = run({command, "web", "fake"});
    EXPECT_EQ(result.code, 78) << command;
    EXPECT_EQ(result.err,
              "ERROR: resource web parameter fake not set as secret, nothing to check\n");
    EXPECT_EQ(run({command, "nothing", "fake"}).code, 105) << command;
  }
}

TEST_F(CibsecretTest, HalfOfASecretIsADamagedOne) {
  for (const char* half : {"secrets/web/fake", "secrets/web/fake.sign"}) {
    EXPECT_EQ(run({"set", "web", "fake", "2"}).code, 0);
    fs::remove(folder_ / half);
    EXPECT_EQ(run({"check", "web", "fake"}).code, 104) << half;
  }
}

TEST_F(CibsecretTest, WithoutTheCibOnlyFilesChange) {
  EXPECT_EQ(run({"-C", "set", "web", "fake", "2"}).code, 0);
  EXPECT_EQ(cib(), kCib);
  EXPECT_EQ(run({"-C", "get", "web", "fake"}).out, "2\n");
  EXPECT_EQ(run({"-C", "stash", "web", "fake"}).code, 64);
  EXPECT_EQ(run({"-C", "delete", "web", "fake"}).code, 0);
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CibsecretTest, AMemberThatCannotBeReachedKeepsThePlaceholderOutOfTheCib) {
  write(folder_ / "broken", "");
  const ToolResult result = run({"set", "web", "password", "x"});
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(result.err.find("node2: no route"), std::string::npos);
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CibsecretTest, SyncCopiesWhatIsWhole) {
  EXPECT_EQ(run({"-C", "set", "web", "a", "1"}).code, 0);
  EXPECT_EQ(run({"-C", "set", "db", "b", "2"}).code, 0);
  fs::remove_all(folder_ / "node2");
  write(folder_ / "secrets/web/a", "changed\n");
  EXPECT_EQ(run({"-C", "check", "web", "a"}).code, 104);
  EXPECT_EQ(run({"-C", "get", "web", "a"}).code, 104);
  EXPECT_EQ(run({"sync"}).code, 104);
  EXPECT_FALSE(has("node2/web/a"));
  EXPECT_EQ(file("node2/db/b"), "2\n");
}

TEST_F(CibsecretTest, NamesThatAreNoFilesAreRefused) {
  EXPECT_NE(run({"set", "..", "p", "x"}).code, 0);
  EXPECT_NE(run({"set", "web", "../p", "x"}).code, 0);
  EXPECT_NE(run({"set", "web", "p.sign", "x"}).code, 0);
  EXPECT_NE(run({"set", "web", "p", "x\n"}).code, 0);
  EXPECT_EQ(run({"set", "nothing", "p", "x"}).code, 105);
  EXPECT_FALSE(has("secrets"));
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CibsecretTest, UsageErrors) {
  EXPECT_EQ(run({}).code, 64);
  EXPECT_EQ(run({"bogus"}).code, 64);
  EXPECT_EQ(run({"get", "web"}).code, 1);
  EXPECT_EQ(cibsecret::position_of_command({"cibsecret", "-C", "set", "-x"}), 2U);
}

}  // namespace
}  // namespace systole::crmd
