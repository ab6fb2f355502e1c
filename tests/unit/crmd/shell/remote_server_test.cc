#include "crmd/shell/remote_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/remote/frame.h"

namespace systole::crmd {
namespace {

using std::chrono::milliseconds;

TEST(RemoteLogin, IsReadFromTheFirstMessage) {
  const auto login = read_login(
      "<cib_command op=\"authenticate\" user=\"ann\" password=\"a b\" hidden=\"password\"/>");
  ASSERT_TRUE(login.ok());
  EXPECT_EQ(login->user, "ann");
  EXPECT_EQ(login->password, "a b");
}

TEST(RemoteLogin, AnythingElseIsRefusedWithoutQuotingIt) {
  for (const std::string& text :
       {std::string("no XML, secret"), std::string("<cib_command op=\"authenticate\"/>"),
        std::string("<foo op=\"authenticate\" user=\"ann\" password=\"secret\"/>"),
        std::string(
            "<cib_command t=\"cib\" cib_op=\"cib_query\" user=\"ann\" password=\"secret\"/>"),
        std::string("<cib_command op=\"authenticate\" user=\"ann&#10;root\" password=\"secret\"/>"),
        std::string("<cib_command op=\"authenticate\" user=\"ann\" password=\"x&#10;secret\"/>"),
        "<cib_command op=\"authenticate\" user=\"" + std::string(300, 'a') +
            "\" password=\"s\"/>"}) {
    const auto login = read_login(text);
    ASSERT_FALSE(login.ok()) << text;
    EXPECT_EQ(login.error().message.find("secret"), std::string::npos);
  }
}

/// A server on a free port of this machine, whose login program lets ann in, with password "right".
class RemoteServerTest : public testing::Test {
 protected:
  RemoteServerTest() : program_(base::cat("/tmp/systole-login-", getpid(), "-", ++count_)) {
    std::ofstream(program_) << "#!/bin/sh\nread user; read password\n"
                               "[ \"$user $password\" = 'ann right' ] && exit 0\n"
                               "[ \"$user\" = slow ] && sleep 60\n"
                               "echo 'not so' >&2; exit 1\n";
    chmod(program_.c_str(), 0755);
  }
  ~RemoteServerTest() override { unlink(program_.c_str()); }

  void start(RemoteServer::Limits limits) {
    RemoteServer::Handlers handlers;
    handlers.on_request = [this](const ipc::Peer& peer, const ipc::Message& message) {
      requests_.push_back(peer.user + ": " + message.text);
      (void)server_->send_event(peer.connection, "<answer/>");
    };
    handlers.on_disconnect = [this](const ipc::Peer&) { ++disconnected_; };
    server_ = std::make_unique<RemoteServer>(loop_, program_, std::move(handlers), limits);
    server_->listen_on("", "0");
    ASSERT_NE(server_->clear_port(), 0);
  }

  process::UniqueFd connect() {
    process::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->clear_port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    return socket;
  }

  static void say(const process::UniqueFd& socket, std::string_view text) {
    const std::string frame = remote::make_frame(1, text).value();
    (void)::send(socket.get(), frame.data(), frame.size(), MSG_NOSIGNAL);
  }
  static void log_in(const process::UniqueFd& socket, std::string_view user,
                     std::string_view password) {
    say(socket, base::cat("<cib_command op=\"authenticate\" user=\"", user, "\" password=\"",
                          password, "\" hidden=\"password\"/>"));
  }

  /// Lets the loop run until the peer has `count` messages or the end ("END"), and returns them.
  std::vector<std::string> hear(const process::UniqueFd& socket, std::size_t count) {
    remote::FrameReader reader(100000);
    std::vector<std::string> heard;
    loop_.run_until(
        [&] {
          if (heard.size() >= count) return true;
          char buffer[4096];
          const ssize_t got = ::recv(socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
          if (got == 0 || (got < 0 && errno == ECONNRESET)) heard.emplace_back("END");
          if (got > 0) reader.add(std::string_view(buffer, static_cast<std::size_t>(got)));
          while (auto message = *reader.next()) heard.push_back(*message);
          // The loop asks only after its callbacks.
          tick_ = loop_.call_after(milliseconds(5), [] {});
          return heard.size() >= count;
        },
        milliseconds(8000));
    return heard;
  }

  inline static int count_ = 0;
  std::string program_;
  daemon::EventLoop loop_;
  daemon::Timer tick_;
  std::unique_ptr<RemoteServer> server_;
  std::vector<std::string> requests_;
  int disconnected_ = 0;
};

TEST_F(RemoteServerTest, LetsInWhoHasThePassword) {
  start({});
  const auto socket = connect();
  log_in(socket, "ann", "right");
  // What comes with the login is not lost.
  say(socket, "<first/>");
  const auto heard = hear(socket, 2);
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_TRUE(heard[0].starts_with("<cib_result cib_op=\"register\" cib_clientid=\"")) << heard[0];
  EXPECT_EQ(heard[1], "<answer/>");
  EXPECT_EQ(requests_, std::vector<std::string>{"ann: <first/>"});
}

TEST_F(RemoteServerTest, WrongPasswordEndsTheConnectionWithoutAWord) {
  start({});
  const auto socket = connect();
  log_in(socket, "ann", "wrong");
  say(socket, "<first/>");
  EXPECT_EQ(hear(socket, 1), std::vector<std::string>{"END"});
  EXPECT_TRUE(requests_.empty());
  EXPECT_EQ(disconnected_, 0) << "nobody was told that it came";
}

TEST_F(RemoteServerTest, RequestOfAStrangerEndsTheConnection) {
  start({});
  const auto socket = connect();
  say(socket, "<cib_command t=\"cib\" cib_op=\"cib_query\" cib_callid=\"1\" cib_callopt=\"0\"/>");
  EXPECT_EQ(hear(socket, 1), std::vector<std::string>{"END"});
  EXPECT_TRUE(requests_.empty());
}

TEST_F(RemoteServerTest, StrangerMaySayLittle) {
  start({});
  const auto socket = connect();
  log_in(socket, "ann", std::string(9000, 'x'));
  EXPECT_EQ(hear(socket, 1), std::vector<std::string>{"END"});
}

TEST_F(RemoteServerTest, StrangerHasNotLong) {
  start({.login_time = milliseconds(50)});
  const auto socket = connect();
  EXPECT_EQ(hear(socket, 1), std::vector<std::string>{"END"});
}

TEST_F(RemoteServerTest, SilentStrangersKeepNobodyOut) {
  start({.strangers_max = 3});
  std::vector<process::UniqueFd> silent;
  for (int i = 0; i < 6; ++i) silent.push_back(connect());
  const auto socket = connect();
  log_in(socket, "ann", "right");
  EXPECT_TRUE(hear(socket, 1)[0].starts_with("<cib_result"));
  EXPECT_EQ(hear(silent[0], 1), std::vector<std::string>{"END"}) << "the oldest made room";
}

TEST_F(RemoteServerTest, SlowLoginHoldsNobodyUp) {
  start({});
  const auto slow = connect();
  log_in(slow, "slow", "x");
  const auto socket = connect();
  log_in(socket, "ann", "right");
  EXPECT_TRUE(hear(socket, 1)[0].starts_with("<cib_result"));
}

TEST_F(RemoteServerTest, ClientThatGoesIsForgotten) {
  start({});
  {
    const auto socket = connect();
    log_in(socket, "ann", "right");
    hear(socket, 1);
  }
  loop_.run_until([this] { return disconnected_ == 1; }, milliseconds(5000));
  EXPECT_EQ(disconnected_, 1);
}

TEST_F(RemoteServerTest, ClosedDoorEndsItsClients) {
  start({});
  const auto socket = connect();
  const auto checked = connect();
  log_in(socket, "ann", "right");
  ASSERT_EQ(hear(socket, 1).size(), 1U);
  log_in(checked, "slow", "right");
  loop_.run_until([] { return false; }, milliseconds(100));
  server_->listen_on("", "");
  EXPECT_EQ(hear(socket, 1), std::vector<std::string>{"END"});
  EXPECT_EQ(hear(checked, 1), std::vector<std::string>{"END"});
  EXPECT_EQ(disconnected_, 1);
}

TEST_F(RemoteServerTest, ListensOnlyWhereItIsWanted) {
  start({});
  const std::uint16_t port = server_->clear_port();
  server_->listen_on("", "nonsense");
  EXPECT_EQ(server_->clear_port(), 0);
  server_->listen_on("", base::cat(port));
  EXPECT_EQ(server_->clear_port(), port);
  server_->listen_on(base::cat(port), "");
  EXPECT_EQ(server_->clear_port(), 0);
  EXPECT_EQ(server_->tls_port(), port) << "the port has changed its meaning";
  server_->listen_on("", "");
  EXPECT_EQ(server_->tls_port(), 0);
}

}  // namespace
}  // namespace systole::crmd
