#include "crmd/supervisor/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "crmd/supervisor/process_finder.h"
#include "lib/base/strings.h"
#include "lib/ipc/client.h"
#include "lib/ipc/credentials.h"
#include "lib/xml/document.h"

namespace systole::supervisor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A supervisor with stand-ins for its children, in a network namespace of its own, so that the
/// daemons' names are free.
class SupervisorShell : public testing::Test {
 protected:
  void SetUp() override {
    if (unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs a network namespace of its own";
    if (geteuid() == 0 && !ipc::daemon_uid()) GTEST_SKIP() << "needs the user hacluster";
    folder_ = base::cat("/tmp/systole-supervisor-test-", getpid());
    std::filesystem::create_directory(folder_);
    chmod(folder_.c_str(), 0755);
    for (const Child child : kChildren) {
      std::filesystem::copy_file(FAKE_DAEMON, program_path(child, folder_),
                                 std::filesystem::copy_options::overwrite_existing);
    }
    make_shell();
  }

  void TearDown() override {
    shell_.reset();
    for (const Child child : kChildren) {
      while (const auto pid = folder_.empty() ? std::nullopt : process_of(child)) {
        kill(*pid, SIGKILL);
        std::this_thread::sleep_for(milliseconds(5));
      }
    }
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  void make_shell() {
    shell_ = std::make_unique<Shell>(
        loop_, Settings{}, ChildOptions{.folder = folder_, .standby = false, .watchdog = false});
    ASSERT_TRUE(shell_->serve("pacemakerd").ok());
    shell_->handle(event::Started{});
  }

  std::optional<pid_t> process_of(Child child) {
    return find_process(program_path(child, folder_), child_user(child));
  }

  bool wait_for(const std::function<bool()>& condition) {
    return loop_.run_until(condition, seconds(10));
  }
  bool wait_until_running() {
    return wait_for([this] { return shell_->phase() == Phase::kRunning; });
  }

  /// What a client does, in a thread of its own, while the loop runs.
  template <typename Work>
  auto as_client(Work work) {
    auto result = std::async(std::launch::async, work);
    loop_.run_until([&] { return result.wait_for(milliseconds(0)) == std::future_status::ready; },
                    seconds(1));
    while (result.wait_for(milliseconds(0)) != std::future_status::ready) {
      loop_.run_until([] { return false; }, milliseconds(10));
    }
    return result.get();
  }

  daemon::EventLoop loop_;
  std::string folder_;
  std::unique_ptr<Shell> shell_;
};

TEST_F(SupervisorShell, StartsItsChildren_AsTheirUsers) {
  ASSERT_TRUE(wait_until_running());
  for (const Child child : kChildren) {
    const auto pid = process_of(child);
    ASSERT_TRUE(pid.has_value());
    struct stat info = {};
    ASSERT_EQ(stat(base::cat("/proc/", *pid).c_str(), &info), 0);
    const uid_t expected =
        geteuid() != 0 || traits(child).root ? geteuid() : ipc::daemon_uid().value();
    EXPECT_EQ(info.st_uid, expected) << traits(child).name;
  }
}

TEST_F(SupervisorShell, KilledChildIsBack) {
  ASSERT_TRUE(wait_until_running());
  for (const Child child : kChildren) {
    const pid_t before = process_of(child).value();
    kill(before, SIGKILL);
    ASSERT_TRUE(wait_for([&] {
      const auto pid = process_of(child);
      return pid && *pid != before;
    }));
  }
}

TEST_F(SupervisorShell, NewSupervisorAdoptsTheChildren_AndSeesThemEnd) {
  ASSERT_TRUE(wait_until_running());
  std::map<Child, pid_t> before;
  for (const Child child : kChildren) before[child] = process_of(child).value();
  shell_.reset();
  make_shell();
  ASSERT_TRUE(wait_until_running());
  for (const Child child : kChildren) EXPECT_EQ(process_of(child), before[child]);
  kill(before[Child::kExecutor], SIGKILL);
  EXPECT_TRUE(wait_for([&] {
    const auto pid = process_of(Child::kExecutor);
    return pid && *pid != before[Child::kExecutor];
  }));
}

pid_t run_as(const char* program, const std::string& name) {
  const pid_t child = fork();
  if (child == 0) {
    execl(program, name.c_str(), "60", nullptr);
    _exit(1);
  }
  // Until it has executed, it is a copy of this program, and then it has no words for a moment.
  const auto first_word = [child] {
    std::ifstream file(base::cat("/proc/", child, "/cmdline"));
    std::string word;
    std::getline(file, word, '\0');
    return word;
  };
  while (first_word() != name) std::this_thread::yield();
  return child;
}

void end(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(ProcessFinder, FindsPrograms_NotWhoeverCallsItselfSo) {
  const std::string folder = base::cat("/tmp/systole-finder-test-", getpid());
  std::filesystem::create_directory(folder);
  const std::string program = folder + "/pacemaker-execd";
  std::filesystem::copy_file("/bin/sleep", program);
  const pid_t impostor = run_as("/bin/sleep", program);
  EXPECT_EQ(find_process(program, geteuid()), std::nullopt);
  const pid_t real = run_as(program.c_str(), program);
  EXPECT_EQ(find_process(program, geteuid()), real);
  EXPECT_EQ(find_process(program, geteuid() + 1), std::nullopt);
  // As an upgrade does.
  std::filesystem::copy_file("/bin/sleep", folder + "/new");
  std::filesystem::rename(folder + "/new", program);
  EXPECT_EQ(find_process(program, geteuid()), real);
  end(real);
  end(impostor);
  std::filesystem::remove_all(folder);
}

TEST_F(SupervisorShell, AnswersPing_OnTheEventChannelAfterAnAck) {
  ASSERT_TRUE(wait_until_running());
  const auto [ack, reply] = as_client([] {
    auto client = ipc::Client::connect("pacemakerd");
    const std::string request =
        R"(<create_request_adv t="crmd" subt="request" reference="r1" crm_task="ping" )"
        R"(crm_sys_to="pacemakerd" crm_sys_from="1_test"/>)";
    auto ack_text = (*client)->request(request, seconds(5));
    auto event = (*client)->next_event(seconds(5));
    return std::pair(ack_text.value_or(""), event.value_or(std::nullopt).value_or(""));
  });
  const auto ack_xml = xml::Document::parse(ack);
  ASSERT_TRUE(ack_xml.ok());
  EXPECT_EQ(ack_xml->root().attribute("status"), "112");
  const auto reply_xml = xml::Document::parse(reply);
  ASSERT_TRUE(reply_xml.ok());
  const auto root = reply_xml->root();
  EXPECT_TRUE(root.is("create_reply_adv"));
  EXPECT_EQ(root.attribute("subt"), "response");
  EXPECT_EQ(root.attribute("reference"), "r1");
  EXPECT_EQ(root.attribute("crm_sys_to"), "1_test");
  const auto ping = root.first_child("crm_xml").first_child("ping_response");
  ASSERT_TRUE(static_cast<bool>(ping));
  EXPECT_EQ(ping.attribute("pacemakerd_state"), "running");
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto age = std::chrono::duration_cast<seconds>(now).count() -
                   base::parse_integer<long long>(*ping.attribute("crm-timestamp")).value_or(0);
  EXPECT_LE(age, 2);
}

TEST_F(SupervisorShell, JunkAndUnknownTasksAreAcknowledgedAsSuch) {
  ASSERT_TRUE(wait_until_running());
  const auto [junk, unknown] = as_client([] {
    auto client = ipc::Client::connect("pacemakerd");
    auto first = (*client)->request("this is no XML", seconds(5));
    auto second = (*client)->request("<r crm_task=\"dance\"/>", seconds(5));
    return std::pair(first.value_or(""), second.value_or(""));
  });
  EXPECT_EQ(xml::Document::parse(junk)->root().attribute("status"), "76");
  EXPECT_EQ(xml::Document::parse(unknown)->root().attribute("status"), "2");
}

TEST_F(SupervisorShell, QuitStopsEverything) {
  if (geteuid() != 0) GTEST_SKIP() << "reserved to root";
  ASSERT_TRUE(wait_until_running());
  const std::string reply = as_client([] {
    auto client = ipc::Client::connect("pacemakerd");
    (void)(*client)->send(R"(<r reference="q" crm_task="quit" crm_sys_from="1_t"/>)").ok();
    return (*client)->next_event(seconds(5)).value_or(std::nullopt).value_or("");
  });
  EXPECT_EQ(xml::Document::parse(reply)
                ->root()
                .first_child("crm_xml")
                .first_child("shutdown")
                .attribute("op-status"),
            "0");
  wait_for([&] { return shell_->exit_code().has_value(); });
  EXPECT_EQ(shell_->exit_code(), 0);
  for (const Child child : kChildren) EXPECT_FALSE(process_of(child).has_value());
}

TEST_F(SupervisorShell, SecondSupervisorIsRefused) {
  Shell second(loop_, Settings{}, ChildOptions{.folder = folder_});
  EXPECT_EQ(second.serve("pacemakerd").error().code, base::Errc::kExists);
}

}  // namespace
}  // namespace systole::supervisor
